<?php
// SPDX-License-Identifier: GPL-2.0
// A page that works hard and starts nothing.
echo "sum ", array_sum(range(1, 1000)), "\n";

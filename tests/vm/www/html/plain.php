<?php
// SPDX-License-Identifier: GPL-2.0
// A page that computes something and starts no program.
echo "sum ", array_sum(range(1, 1000)), "\n";

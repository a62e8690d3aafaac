<?php
// SPDX-License-Identifier: GPL-2.0
// The classic mistake: the input of the visitor becomes part of a command line.
header('Content-Type: text/plain');
system('ping -c 1 -W 1 ' . $_GET['host']);

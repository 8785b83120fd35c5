#!/bin/sh
# an old-style module: its arguments are shell assignments
. "$1"
echo "{\"changed\": true, \"a\": $a, \"arguments\": $#}"

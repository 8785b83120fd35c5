#!/bin/sh
test "$1 $2" = "--vault-id x" && echo first

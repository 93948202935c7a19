#!/bin/sh
# Plans one stack, reviews the plan, and applies that very plan where nothing has to stop.
# Usage: review.sh STACK
set -eu
stack=${1:?"say which stack"}
npx --no-install reprieve plan "$stack"
npx --no-install reprieve review "cdktf.out/plans/$stack.json" --format text --format "html=review-$stack.html"
terraform -chdir="cdktf.out/stacks/$stack" apply -input=false "$PWD/cdktf.out/plans/$stack.tfplan"

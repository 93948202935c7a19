#!/bin/sh
# The jobs of a pipeline as one script, for a CI system without a template. Run each command on a
# machine of its own, in a fresh checkout, and hand on nothing but what it says:
#   review.sh synth            the change's checkout; no credential. Hand on STACK/cdk.tf.json below cdktf.out/stacks.
#   review.sh plan BASE CHANGE the base's checkout; credentials that may only read. BASE and CHANGE are
#                              the stacks that `synth` made of both. Hand on cdktf.out/plans and cdktf.out/stacks.
#   review.sh review RULES     the change's files; RULES is the base's checkout beside it. The plans are in cdktf.out/plans.
#                              Hand on reviewed.sha256, which `apply` checks.
#   review.sh apply            after the merge: the default branch's checkout; credentials that may write.
# STACKS names the stacks. `synth` runs `npm ci` itself; for the others run `npm ci --ignore-scripts` in
# the base's checkout first.
set -eu
plans() {
  for stack in $STACKS; do printf '%s\n' "cdktf.out/plans/$stack.json"; done
}
case "${1:-}" in
  synth)
    npm ci
    npx --no-install cdktf synth
    ;;
  plan)
    node node_modules/reprieve/bin/reprieve.js plan --synthesized "${3:?}" --against "${2:?}"
    ;;
  review)
    node "${2:?}/node_modules/reprieve/bin/reprieve.js" review $(plans) --rules "$2" --format text --format html=reprieve-review.html
    sha256sum $(plans) > reviewed.sha256
    ;;
  apply)
    for stack in $STACKS; do
      terraform -chdir="cdktf.out/stacks/$stack" init -input=false -lockfile=readonly
      terraform -chdir="cdktf.out/stacks/$stack" show -json -no-color "$PWD/cdktf.out/plans/$stack.tfplan" > "cdktf.out/plans/$stack.json"
    done
    # The plan that is applied is the one that was reviewed.
    sha256sum -c reviewed.sha256
    node node_modules/reprieve/bin/reprieve.js review $(plans) --format text
    for stack in $STACKS; do
      terraform -chdir="cdktf.out/stacks/$stack" apply -input=false "$PWD/cdktf.out/plans/$stack.tfplan"
    done
    ;;
  *)
    sed -n '2,11p' "$0"
    exit 2
    ;;
esac

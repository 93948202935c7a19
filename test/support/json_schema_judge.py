"""Judges values by another implementation of JSON Schema: one document a line, in and out."""

import json
import sys

from jsonschema import Draft202012Validator

for line in sys.stdin:
    case = json.loads(line)
    validator = Draft202012Validator(case["schema"])
    print(json.dumps([validator.is_valid(value) for value in case["values"]]), flush=False)

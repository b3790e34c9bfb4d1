#!/usr/bin/env python3
"""Checks the deployed stack: every resource, and that a sample finding reaches its end (`soc verify --stack`)."""

import sys

import last_stack


def main() -> int:
    given, rest = last_stack.options(__doc__).parse_known_args()
    return last_stack.run(["verify"], given, rest)


if __name__ == "__main__":
    sys.exit(main())

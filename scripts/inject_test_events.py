#!/usr/bin/env python3
"""Puts sample findings into the deployed stack (`soc inject --stack`). They are samples: nothing ever acts on them."""

import sys

import last_stack


def main() -> int:
    parser = last_stack.options(__doc__)
    parser.add_argument("--count", type=int, default=5, metavar="N", help="how many findings [default: 5]")
    given, rest = parser.parse_known_args()
    return last_stack.run(["inject", "--count", str(given.count)], given, rest)


if __name__ == "__main__":
    sys.exit(main())

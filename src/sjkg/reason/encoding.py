"""The numbers of the constants in rules."""

from sjkg.reason.tables import Tables


class Encoding:
    """Gives the numbers of a constant by its name: one for a word of the vocabulary; for the digits 0 and 1, those of all
    literals that have that value."""

    def __init__(self, numbers: dict[str, tuple[int, ...]]):
        self._numbers = dict(numbers)

    def __call__(self, name: str) -> tuple[int, ...]:
        return self._numbers[name]

    def follow(self, tables: Tables) -> None:
        """Take the representatives of words that have been said to be the same."""
        known = ", ".join(str(number) for numbers in self._numbers.values() for number in numbers)
        reps = dict(tables.rows(f"SELECT node, rep FROM same WHERE node <> rep AND node IN ({known})"))
        if reps:
            self._numbers = {
                name: tuple(dict.fromkeys(reps.get(number, number) for number in numbers))
                for name, numbers in self._numbers.items()
            }

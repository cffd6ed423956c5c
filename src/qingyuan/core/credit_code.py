"""统一社会信用代码 (GB 32100): eighteen characters, the last a check over the others."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def is_credit_code(text: str) -> bool:
    """Whether the text is a well-formed code with the right check character.

    >>> is_credit_code("91130200699229617X"), is_credit_code("911302006992296171")
    (True, False)
    """
    if len(text) != 18 or any(letter not in ALPHABET for letter in text):
        return False
    total = sum(ALPHABET.index(letter) * weight for letter, weight in zip(text, WEIGHTS, strict=False))
    return text[17] == ALPHABET[(31 - total % 31) % 31]

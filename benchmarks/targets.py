"""How the benchmarks say which of their targets they reach."""


def verdict(target, sentence, reached):
    print(f"{target} {'reached' if reached else 'missed '}  {sentence}", flush=True)


def at_least(target, what, ratio, aim):
    verdict(target, f"{what}: {ratio:,.2f} x (at least {aim})", ratio >= aim)


def at_most(target, what, ratio, aim):
    verdict(target, f"{what}: {ratio:,.2f} x (at most {aim})", ratio <= aim)

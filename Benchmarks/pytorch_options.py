"""What the PyTorch side of `curves.py` can do, so that a recipe which asks for more is refused before anything is trained."""

OPTIONS = set("""level lossless max-size valid-fraction test-fraction layers hidden embedding tie init-range forget-bias
    unigram-bias input-gate mogrifier-rounds mogrifier-rank dropout layer-dropout output-dropout input-dropout locked-dropout
    embedding-dropout weight-dropout state-dropout activation-penalty temporal-penalty batch window vary-window fresh-start
    epochs optimizer learning-rate beta1 beta2 weight-decay clip warmup schedule decay decay-after decay-every average average-trigger
    find-temperature evaluate-every""".split())
# Longhand's own defaults of these are other ones, or follow the text.
NEEDED = "layers hidden embedding batch window learning-rate schedule fresh-start warmup evaluate-every".split()
ONLY = {"fresh-start": 0, "warmup": 0, "average": "none", "find-temperature": False, "evaluate-every": 0}
LEVELS = ("byte", "character", "whitespace")
SCHEDULES = ("constant", "step", "plateau")


def check(recipe: dict) -> None:
    """Ends the program, with what to do, where the PyTorch side would train another model than Longhand or train it otherwise."""
    for key, value in recipe.items():
        if key not in OPTIONS:
            raise SystemExit(f"the PyTorch side knows no {key}")
        if key in ONLY and value != ONLY[key]:
            raise SystemExit(f"the PyTorch side takes only {key} = {ONLY[key]}, not {value}; change it on both sides by --set")
    for key in NEEDED:
        if key not in recipe:
            raise SystemExit(f"the recipe says no {key}, which both sides need; give it by --set")
    for key, known in ("level", LEVELS), ("schedule", SCHEDULES):
        if recipe[key] not in known:
            raise SystemExit(f"the PyTorch side knows no {key} {recipe[key]}; it has {', '.join(known)}")
    if "dropout" not in recipe and not {"layer-dropout", "output-dropout"} <= recipe.keys():
        raise SystemExit("the recipe says no dropout, which follows the size of the text here; give it by --set")
    if recipe["level"] == "whitespace" and recipe["embedding"] == recipe["hidden"] and "tie" not in recipe:
        raise SystemExit("words share the table of embedding and softmax here unless it is said; give tie by --set")
    if "init-range" not in recipe and recipe.get("unigram-bias") is not False:
        raise SystemExit("the PyTorch side starts the softmax's bias at zero; take --set unigram-bias=false")

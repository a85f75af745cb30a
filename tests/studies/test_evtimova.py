from keras_infogan.studies.evtimova import EVTIMOVA


def test_the_noise_and_the_codes_of_the_eight_experiments():
    latents = {row.name: row.configuration(seed=0).latents for row in EVTIMOVA.rows}
    assert {name: (each.noise, list(each.codes)) for name, each in latents.items()} == {
        "vanilla": (74, []),  # as wide as noise and codes of the others
        "vanilla_codes": (62, ["digit", "style"]),
        "infogan": (62, ["digit", "style"]),
        "codes_only": (0, ["digit", "style"]),
        "categorical_only": (0, ["digit"]),
        "real_information": (62, ["digit", "style"]),
        "line": (62, ["place"]),
        "rectangles": (62, ["first", "second"]),
    }


def test_without_codes_only_real_against_fake_is_scored():
    scores = {row.name: row.scores for row in EVTIMOVA.rows}
    assert scores.pop("vanilla") == ("information/real_fake",)
    assert set(scores.values()) == {
        ("code_accuracy", "nmi", "information", "information/real_fake")
    }

from keras_infogan.trained import terms_of


def test_terms():
    assert terms_of({"name": "basic_prop_line/clean"}).license == "rendered by this package, " + (
        "free to use"
    )
    assert terms_of({"name": "image_arrays"}) == ("image_arrays", "not known")

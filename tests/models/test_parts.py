import functools

import pytest

from keras_infogan import InfoGAN, objectives, regularizers

WRONG = {
    "latents": (dict(latents={"noise": 4}), "a LatentSpec"),
    "no latents": (dict(latents=None), "a LatentSpec"),
    "objective": (dict(objective="wasserstein"), "an object of keras_infogan.objectives"),
    "class": (dict(objective=objectives.NonSaturating), "an object of keras_infogan.objectives"),
    "one regularizer": (dict(regularizers=regularizers.WeightClipping()), "a list of objects"),
    "name of a regularizer": (dict(regularizers=["clip"]), "a list of objects"),
    "information": (dict(information="mine"), "`information` should make a bound"),
    "networks": (dict(networks="small"), "a dictionary of options"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_a_model_cannot_be_made_of(latents, case):
    arguments, sentence = WRONG[case]
    make = functools.partial(InfoGAN.from_architecture, "mnist")
    arguments = {"latents": latents, "networks": {"width_multiplier": 0.05}, **arguments}
    with pytest.raises(TypeError, match=f"{sentence}.*Received: ") as caught:
        make(**arguments)
    assert "\n" not in str(caught.value)


def test_the_constructor_checks_its_latents(make_model, latents, make_networks):
    networks = make_networks(latents.width, latents.parameter_count)
    with pytest.raises(TypeError, match="^`latents` should be a LatentSpec. Received: "):
        InfoGAN(
            {"noise": 4},
            networks.generator,
            networks.trunk,
            networks.discriminator_head,
            None,
        )

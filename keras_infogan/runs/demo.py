"""The demonstration: BasicProp line, from the data to images from a server."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np

from keras_infogan.configs import basicprop_line
from keras_infogan.evaluation import groups as evaluation
from keras_infogan.evaluation.pictures import traversal_picture, write_png
from keras_infogan.export import export_savedmodel
from keras_infogan.images import tile
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.evaluating import evaluate_run
from keras_infogan.runs.model_file import load_model
from keras_infogan.runs.training import train
from keras_infogan.serving import Client, EmbeddedServer

MODEL_NAME = "line"


def run_demo(path: Path, seed: int = 0) -> None:
    """Trains, evaluates, draws, exports and serves, and prints at each step what it made.

    Args:
        path: a directory; a demonstration that was interrupted in it is resumed.
        seed: int, of the run.

    Raises:
        ValueError, OSError: as `train`.
    """
    config = basicprop_line.get_config()
    config.seed = seed
    run_directory, data_directory, base_path = path / "run", path / "data", path / "model"
    print("1. Training on BasicProp line: bars at ten places, no labels")
    data_directory.mkdir(parents=True, exist_ok=True)
    train(config, str(run_directory), str(data_directory))

    print("\n2. What the code does")
    model = load_model(WorkDirectory(run_directory))
    (code,) = model.latents.codes
    picture = path / "traversal.png"
    write_png(picture, traversal_picture(model, code, seed=seed))
    print(
        f"{picture}: each column is a value of '{code}'; "
        "the images of a row have the same other latents"
    )

    print("\n3. Evaluation")
    scores = evaluate_run(WorkDirectory(run_directory), str(data_directory))
    print(evaluation.table(scores))

    print("\n4. Serving")
    print(f"SavedModel: {export_savedmodel(model, base_path)}")
    _round_trip(path, base_path, code, model.latents.codes[code].size, seed)
    print(
        f"\nServe it yourself: infogan-serve --model_name={MODEL_NAME} "
        f"--model_base_path={base_path.resolve()}"
    )


def _round_trip(path: Path, base_path: Path, code: str, values: int, seed: int) -> None:
    """One image per value of the code, over gRPC and over REST, as one picture each."""
    codes = {code: np.arange(values)}
    received = {}
    with EmbeddedServer({MODEL_NAME: base_path}, port=0, rest_api_port=0) as server:
        ports: dict[Literal["grpc", "rest"], int] = {
            "grpc": server.port,
            "rest": server.rest_api_port,
        }
        for protocol, port in ports.items():
            with Client(f"127.0.0.1:{port}", MODEL_NAME, protocol=protocol) as client:
                received[protocol] = client.generate(codes, seed=seed)
            picture = path / f"served_{protocol}.png"
            write_png(picture, tile(received[protocol], columns=values))
            print(f"{picture}: ten images from port {port} over {protocol}")
    difference = float(np.abs(received["grpc"] - received["rest"]).max())
    print(f"largest difference between the two: {difference:.1e}")

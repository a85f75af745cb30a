"""The files with which an operator starts the real TensorFlow Serving."""

import inspect
import json
import re
from pathlib import Path

import jsonschema
import kubernetes_validate
import pytest
import yaml
from google.protobuf import text_format
from tensorflow_serving.config import model_server_config_pb2

from keras_infogan.serving import Client
from keras_infogan.serving.repository import batching_options
from keras_infogan.serving.server import option_files
from keras_infogan.serving.server.request_metrics import RequestMetrics

SERVING = Path(__file__).parents[2] / "serving"
KUBERNETES_VERSION = "1.31"

# The parts of the Compose specification that the file uses; anything else is a slip of the pen.
STRINGS = {"type": "array", "items": {"type": "string"}}
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["image"],
    "properties": {
        "image": {"type": "string", "pattern": r"^[^:]+:[^:]+$"},
        "entrypoint": STRINGS,
        "command": STRINGS,
        "ports": STRINGS,
        "volumes": STRINGS,
        "depends_on": STRINGS,
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "stop_grace_period": {"type": "string", "pattern": r"^[0-9]+s$"},
    },
}
COMPOSE = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "services": {"type": "object", "additionalProperties": SERVICE},
        "volumes": {"type": "object", "additionalProperties": {"type": "null"}},
    },
}


def load(name):
    return yaml.safe_load((SERVING / name).read_text())


@pytest.fixture(scope="module")
def compose():
    return load("compose.yaml")["services"]["tensorflow-serving"]


@pytest.fixture(scope="module")
def manifests():
    documents = yaml.safe_load_all((SERVING / "kubernetes.yaml").read_text())
    return {document["kind"]: document for document in documents}


@pytest.fixture
def server_flags(run_command):
    """The flags of infogan-serve, which bear TensorFlow Serving's names."""
    _, stdout, _ = run_command("serve", "--help")
    return set(re.findall(r"^  --([a-z_]+):", stdout, re.MULTILINE))


def flags_of(arguments):
    return dict(argument.removeprefix("--").split("=", 1) for argument in arguments)


def test_the_model_config_parses():
    text = (SERVING / "models.config").read_text()
    config = text_format.Parse(text, model_server_config_pb2.ModelServerConfig())
    (model,) = config.model_config_list.config
    assert (model.name, model.base_path) == ("digits", "/models/digits")
    assert model.model_platform == "tensorflow"


def test_the_batching_config_keeps_the_server_s_rules():
    read = batching_options.read(SERVING / "batching.config")
    assert [read.padded_size(size) for size in (1, 33, 128)] == [1, 33, 128]
    assert read.execution_size == 128
    rows = inspect.signature(Client).parameters["batch_size"].default
    assert read.max_batch_size >= rows  # of a request of the Python client
    assert read.num_batch_threads >= 1


def test_the_monitoring_config_parses():
    assert option_files.read_monitoring_path(SERVING / "monitoring.config")


def test_compose_keeps_its_schema():
    document = load("compose.yaml")
    jsonschema.validate(document, COMPOSE)
    for service in document["services"].values():
        assert set(service.get("depends_on", [])) <= set(document["services"])
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (SERVING / source).exists()
            elif not source.startswith("$"):
                assert source in document["volumes"]


def test_compose_starts_the_server_with_flags_that_exist(compose, server_flags):
    assert compose["image"].startswith("tensorflow/serving:")
    flags = flags_of(compose["command"])
    assert set(flags) <= server_flags
    assert "./:/config:ro" in compose["volumes"]
    for flag in ("model_config_file", "batching_parameters_file", "monitoring_config_file"):
        assert flags[flag].startswith("/config/")
        assert (SERVING / flags[flag].removeprefix("/config/")).is_file()
    assert float(flags["model_config_file_poll_wait_seconds"]) > 0
    assert {port.split(":")[-1] for port in compose["ports"]} == {
        flags["port"],
        flags["rest_api_port"],
    }
    assert all(port.startswith("127.0.0.1:") for port in compose["ports"])


def test_kubernetes_manifests_keep_their_schemas(manifests):
    for document in manifests.values():
        kubernetes_validate.validate(document, KUBERNETES_VERSION, strict=True)
    assert set(manifests) == {
        "Deployment",
        "Service",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
    }


def test_kubernetes_starts_the_same_server(compose, manifests, server_flags):
    pod = manifests["Deployment"]["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    assert container["image"] == compose["image"]
    flags = flags_of(container["args"])
    assert set(flags) <= server_flags
    assert flags == {
        name: value
        for name, value in flags_of(compose["command"]).items()
        if name != "enable_grpc_healthcheck_service"
    }
    for flag in ("model_config_file", "batching_parameters_file", "monitoring_config_file"):
        assert (SERVING / Path(flags[flag]).name).is_file()
    ports = {port["name"]: str(port["containerPort"]) for port in container["ports"]}
    assert ports == {"grpc": flags["port"], "rest": flags["rest_api_port"]}
    annotations = pod["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == flags["rest_api_port"]
    path = option_files.read_monitoring_path(SERVING / "monitoring.config")
    assert annotations["prometheus.io/path"] == path


def test_everything_in_kubernetes_means_the_same_pods(manifests):
    deployment = manifests["Deployment"]
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert manifests["Service"]["spec"]["selector"] == labels
    budget = manifests["PodDisruptionBudget"]["spec"]
    assert budget["selector"]["matchLabels"] == labels
    scaler = manifests["HorizontalPodAutoscaler"]["spec"]
    assert scaler["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
    # One may always go: otherwise no node could ever be drained.
    assert budget["minAvailable"] < scaler["minReplicas"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    names = {port["name"] for port in container["ports"]}
    assert {port["targetPort"] for port in manifests["Service"]["spec"]["ports"]} == names
    assert container["readinessProbe"]["httpGet"]["path"] == "/v1/models/digits"
    assert container["startupProbe"]["httpGet"]["path"] == "/v1/models/digits/metadata"
    assert "cpu" in container["resources"]["requests"]  # what the autoscaler counts in
    volumes = {volume["name"] for volume in deployment["spec"]["template"]["spec"]["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes


def test_prometheus_asks_where_the_server_answers(compose):
    (job,) = load("prometheus.yaml")["scrape_configs"]
    assert job["metrics_path"] == option_files.read_monitoring_path(SERVING / "monitoring.config")
    port = flags_of(compose["command"])["rest_api_port"]
    assert job["static_configs"] == [{"targets": [f"tensorflow-serving:{port}"]}]


def test_the_dashboard_shows_metrics_that_exist():
    (source,) = load("grafana/datasources.yaml")["datasources"]
    dashboard = json.loads((SERVING / "grafana" / "serving.json").read_text())
    page = RequestMetrics(lambda name: True).page().decode()
    known = set(re.findall(r"^# TYPE (\S+)", page, re.MULTILINE))
    assert dashboard["panels"]
    for panel in dashboard["panels"]:
        assert panel["datasource"]["uid"] == source["uid"]
        for target in panel["targets"]:
            used = re.findall(r":tensorflow:[a-z_:]+", target["expr"])
            assert used
            for name in used:
                assert re.sub(r"_(bucket|sum|count)$", "", name) in known or name in known
    folder = load("grafana/dashboards.yaml")["providers"][0]["options"]["path"]
    mounts = load("compose.yaml")["services"]["grafana"]["volumes"]
    assert any(mount.split(":")[1] == f"{folder}/serving.json" for mount in mounts)

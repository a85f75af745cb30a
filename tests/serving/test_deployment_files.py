"""The files with which an operator starts the real TensorFlow Serving."""

from pathlib import Path

import pytest
import yaml
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from google.protobuf import wrappers_pb2 as _wrappers  # noqa: F401  (a dependency of the pool)
from tensorflow_serving.config import model_server_config_pb2

SERVING = Path(__file__).parents[2] / "serving"

# Of the flags of tensorflow_model_server 2.19, those that these files may use.
SERVER_FLAGS = {
    "port",
    "rest_api_port",
    "rest_api_timeout_in_ms",
    "model_config_file",
    "model_config_file_poll_wait_seconds",
    "file_system_poll_wait_seconds",
    "enable_batching",
    "batching_parameters_file",
    "monitoring_config_file",
    "enable_model_warmup",
    "enable_grpc_healthcheck_service",
}

FIELD = descriptor_pb2.FieldDescriptorProto


def field(name, number, kind, type_name=None, repeated=False):
    label = FIELD.LABEL_REPEATED if repeated else FIELD.LABEL_OPTIONAL
    return FIELD(name=name, number=number, type=kind, type_name=type_name, label=label)


def server_messages():
    """BatchingParameters and MonitoringConfig, whose protos the API's package leaves out."""
    wrapped = ".google.protobuf.Int64Value"
    integers = ["max_batch_size", "batch_timeout_micros", "max_enqueued_batches"]
    batching = descriptor_pb2.DescriptorProto(
        name="BatchingParameters",
        field=[
            field(name, number, FIELD.TYPE_MESSAGE, wrapped)
            for number, name in enumerate([*integers, "num_batch_threads"], start=1)
        ]
        + [field("allowed_batch_sizes", 6, FIELD.TYPE_INT64, repeated=True)],
    )
    prometheus = descriptor_pb2.DescriptorProto(
        name="PrometheusConfig",
        field=[field("enable", 1, FIELD.TYPE_BOOL), field("path", 2, FIELD.TYPE_STRING)],
    )
    monitoring = descriptor_pb2.DescriptorProto(
        name="MonitoringConfig",
        field=[field("prometheus_config", 1, FIELD.TYPE_MESSAGE, ".checked.PrometheusConfig")],
    )
    file = descriptor_pb2.FileDescriptorProto(
        name="checked/server_configs.proto",
        package="checked",
        syntax="proto3",
        dependency=["google/protobuf/wrappers.proto"],
        message_type=[batching, prometheus, monitoring],
    )
    pool = descriptor_pool.DescriptorPool()
    wrappers = descriptor_pb2.FileDescriptorProto()
    _wrappers.DESCRIPTOR.CopyToProto(wrappers)
    pool.Add(wrappers)
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"checked.{name}"))
        for name in ("BatchingParameters", "MonitoringConfig")
    }


@pytest.fixture(scope="module")
def compose():
    document = yaml.safe_load((SERVING / "compose.yaml").read_text())
    return document["services"]["tensorflow-serving"]


@pytest.fixture(scope="module")
def deployment_and_service():
    return list(yaml.safe_load_all((SERVING / "kubernetes.yaml").read_text()))


def flags_of(arguments):
    return dict(argument.removeprefix("--").split("=", 1) for argument in arguments)


def test_the_model_config_parses():
    text = (SERVING / "models.config").read_text()
    config = text_format.Parse(text, model_server_config_pb2.ModelServerConfig())
    (model,) = config.model_config_list.config
    assert (model.name, model.base_path) == ("digits", "/models/digits")
    assert model.model_platform == "tensorflow"


def test_the_batching_config_keeps_the_server_s_rules():
    text = (SERVING / "batching.config").read_text()
    batching = text_format.Parse(text, server_messages()["BatchingParameters"]())
    sizes = list(batching.allowed_batch_sizes)
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == batching.max_batch_size.value
    assert batching.num_batch_threads.value >= 1


def test_the_monitoring_config_parses():
    text = (SERVING / "monitoring.config").read_text()
    monitoring = text_format.Parse(text, server_messages()["MonitoringConfig"]())
    assert monitoring.prometheus_config.enable
    assert monitoring.prometheus_config.path.startswith("/")


def test_compose_starts_the_server_with_flags_that_exist(compose):
    assert compose["image"].startswith("tensorflow/serving:")
    flags = flags_of(compose["command"])
    assert set(flags) <= SERVER_FLAGS
    mounted = {volume.split(":")[-2]: volume.split(":")[0] for volume in compose["volumes"]}
    for flag in ("model_config_file", "batching_parameters_file", "monitoring_config_file"):
        assert (SERVING / mounted[flags[flag]]).is_file()
    assert {port.split(":")[-1] for port in compose["ports"]} == {
        flags["port"],
        flags["rest_api_port"],
    }
    assert all(port.startswith("127.0.0.1:") for port in compose["ports"])


def test_kubernetes_starts_the_same_server(compose, deployment_and_service):
    deployment, service = deployment_and_service
    assert (deployment["kind"], service["kind"]) == ("Deployment", "Service")
    pod = deployment["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    assert container["image"] == compose["image"]
    flags = flags_of(container["args"])
    assert set(flags) <= SERVER_FLAGS
    for flag in ("model_config_file", "batching_parameters_file", "monitoring_config_file"):
        assert (SERVING / Path(flags[flag]).name).is_file()
    ports = {port["name"]: str(port["containerPort"]) for port in container["ports"]}
    assert ports == {"grpc": flags["port"], "rest": flags["rest_api_port"]}


def test_the_service_reaches_the_pods(deployment_and_service):
    deployment, service = deployment_and_service
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert service["spec"]["selector"] == labels
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    names = {port["name"] for port in container["ports"]}
    assert {port["targetPort"] for port in service["spec"]["ports"]} == names
    assert container["readinessProbe"]["httpGet"]["path"] == "/v1/models/digits/metadata"
    volumes = {volume["name"] for volume in deployment["spec"]["template"]["spec"]["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes

"""Every call of TensorFlow Serving's two services, on a repository and whatever the transport."""

from typing import Any

from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    inference_pb2,
    model_management_pb2,
    model_pb2,
    predict_pb2,
    regression_pb2,
)

from keras_infogan.serving.protocol import unpacked_sizes
from keras_infogan.serving.protocol.errors import invalid_argument
from keras_infogan.serving.repository import (
    classification,
    multi_inference,
    prediction,
    regression,
)
from keras_infogan.serving.repository.model_repository import ModelRepository
from keras_infogan.serving.repository.signature_calls import Call

SIGNATURE_FIELD = "signature_def"


class ModelService:
    """Answers request protos with response protos; a failure is a `StatusError`.

    Args:
        repository: the models.
        check_method_names: whether Classify and Regress refuse signatures that TensorFlow 1 did
            not write for them (`--enable_signature_method_name_check`).
        max_unpacked_bytes: the most that the copies of a request's context may have.
        max_repeated_bytes: the most that tensors of a request may have that repeat their values.

    A method that runs a model yields the run, and holds the version until it is answered or
    closed.

    Example::

        service = ModelService(repository)
        run_call(service.predict(request)).outputs["image"]
    """

    def __init__(
        self,
        repository: ModelRepository,
        check_method_names: bool = False,
        max_unpacked_bytes: int = unpacked_sizes.DEFAULT_MAXIMUM_BYTES,
        max_repeated_bytes: int = unpacked_sizes.DEFAULT_REPEATED_BYTES,
    ) -> None:
        self.repository = repository
        self._check_method_names = check_method_names
        self._max_unpacked_bytes = max_unpacked_bytes
        self._max_repeated_bytes = max_repeated_bytes

    def predict(self, request: predict_pb2.PredictRequest) -> Call[predict_pb2.PredictResponse]:
        """Runs a signature.

        Args:
            request: model, signature, inputs and, optionally, the outputs wanted.

        Yields:
            The run of the signature.

        Returns:
            The outputs, and the name, version and signature that answered.

        Raises:
            StatusError: with the code and text that TensorFlow Serving gives.
        """
        _check_model_spec(request)
        unpacked_sizes.check_tensors(request, self._max_repeated_bytes)
        with self.repository.use_version(request.model_spec) as used:
            response = yield from prediction.predict(used.servable, request)
        response.model_spec.name = used.name
        response.model_spec.version.value = used.version
        return response

    def classify(
        self, request: classification_pb2.ClassificationRequest
    ) -> Call[classification_pb2.ClassificationResponse]:
        """Classifies examples; see `classification.classify`."""
        response = classification_pb2.ClassificationResponse()
        response.result.CopyFrom(
            (yield from self._infer(classification.classify, request, response))
        )
        return response

    def regress(
        self, request: regression_pb2.RegressionRequest
    ) -> Call[regression_pb2.RegressionResponse]:
        """Computes a number per example; see `regression.regress`."""
        response = regression_pb2.RegressionResponse()
        response.result.CopyFrom((yield from self._infer(regression.regress, request, response)))
        return response

    def multi_inference(
        self, request: inference_pb2.MultiInferenceRequest
    ) -> Call[inference_pb2.MultiInferenceResponse]:
        """Runs several signatures on the same examples; see `multi_inference.infer`."""
        unpacked_sizes.check_examples(request.input, self._max_unpacked_bytes)
        model_spec = request.tasks[0].model_spec if request.tasks else model_pb2.ModelSpec()
        response = inference_pb2.MultiInferenceResponse()
        with self.repository.use_version(model_spec) as used:
            results = yield from multi_inference.infer(
                used.servable, request, self._check_method_names
            )
        for result in results:
            result.model_spec.version.value = used.version
            response.results.append(result)
        return response

    def get_model_metadata(
        self, request: get_model_metadata_pb2.GetModelMetadataRequest
    ) -> get_model_metadata_pb2.GetModelMetadataResponse:
        """Describes a model's signatures.

        Args:
            request: the model, and `signature_def` as the only metadata field.

        Returns:
            Name, version, and the signatures packed as a `SignatureDefMap`.

        Raises:
            StatusError: for another field, or a model that is not there.
        """
        _check_model_spec(request)
        if not request.metadata_field:
            raise invalid_argument(
                "GetModelMetadataRequest must specify at least one metadata_field"
            )
        for field in request.metadata_field:
            if field != SIGNATURE_FIELD:
                raise invalid_argument(f"Metadata field {field} is not supported")
        response = get_model_metadata_pb2.GetModelMetadataResponse()
        signatures = get_model_metadata_pb2.SignatureDefMap()
        with self.repository.use_version(request.model_spec) as used:
            for name, signature in used.servable.signatures.items():
                signatures.signature_def[name].CopyFrom(signature)
        response.model_spec.name = used.name
        response.model_spec.version.value = used.version
        response.metadata[SIGNATURE_FIELD].Pack(signatures)
        return response

    def get_model_status(
        self, request: get_model_status_pb2.GetModelStatusRequest
    ) -> get_model_status_pb2.GetModelStatusResponse:
        """Lists a model's versions with their states and errors.

        Args:
            request: the model, and optionally one version.

        Returns:
            The statuses, highest version first.

        Raises:
            StatusError: NOT_FOUND for what was never there.
        """
        _check_model_spec(request)
        return get_model_status_pb2.GetModelStatusResponse(
            model_version_status=self.repository.statuses(request.model_spec)
        )

    def reload_config(
        self, request: model_management_pb2.ReloadConfigRequest
    ) -> model_management_pb2.ReloadConfigResponse:
        """Replaces the set of models, and waits until the new ones are available.

        Args:
            request: a `model_config_list`.

        Returns:
            An OK status.

        Raises:
            StatusError: for another kind of config, or one whose models do not load; the models
                served before stay.
        """
        if request.config.WhichOneof("config") != "model_config_list":
            raise invalid_argument(
                "ServerModelConfig type not supported by HandleReloadConfigRequest. "
                "Only ModelConfigList is currently supported"
            )
        try:
            self.repository.reload(request.config.model_config_list.config)
        except (ValueError, OSError) as error:
            raise invalid_argument(str(error)) from error
        response = model_management_pb2.ReloadConfigResponse()
        response.status.error_message = ""
        return response

    def _infer(self, infer: Any, request: Any, response: Any) -> Call[Any]:
        """Runs Classify or Regress, and says in the response what answered."""
        _check_model_spec(request)
        unpacked_sizes.check_examples(request.input, self._max_unpacked_bytes)
        with self.repository.use_version(request.model_spec) as used:
            result = yield from infer(used.servable, request, self._check_method_names)
        name = request.model_spec.signature_name or prediction.DEFAULT_SIGNATURE
        response.model_spec.name = used.name
        response.model_spec.signature_name = name
        response.model_spec.version.value = used.version
        return result


def _check_model_spec(request: Any) -> None:
    if not request.HasField("model_spec"):
        raise invalid_argument("Missing ModelSpec")

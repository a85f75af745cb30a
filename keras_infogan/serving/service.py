"""Predict, GetModelMetadata and GetModelStatus on a repository, whatever the transport."""

from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    get_model_status_pb2,
    predict_pb2,
)

from keras_infogan.serving import prediction
from keras_infogan.serving.errors import invalid_argument
from keras_infogan.serving.repository import ModelRepository

SIGNATURE_FIELD = "signature_def"


class ModelService:
    """Answers request protos with response protos; a failure is a `StatusError`.

    Args:
        repository: the models.

    Example::

        service = ModelService(repository)
        service.predict(request).outputs["image"]
    """

    def __init__(self, repository: ModelRepository) -> None:
        self.repository = repository

    def predict(self, request: predict_pb2.PredictRequest) -> predict_pb2.PredictResponse:
        """Runs a signature.

        Args:
            request: model, signature, inputs and, optionally, the outputs wanted.

        Returns:
            The outputs, and the name, version and signature that answered.

        Raises:
            StatusError: with the code and text that TensorFlow Serving gives.
        """
        _check_model_spec(request)
        with self.repository.lease(request.model_spec) as lease:
            response = prediction.predict(lease.servable, request)
        response.model_spec.name = lease.name
        response.model_spec.version.value = lease.version
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
        with self.repository.lease(request.model_spec) as lease:
            for name, signature in lease.servable.signatures.items():
                signatures.signature_def[name].CopyFrom(signature)
        response.model_spec.name = lease.name
        response.model_spec.version.value = lease.version
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


def _check_model_spec(
    request: predict_pb2.PredictRequest
    | get_model_metadata_pb2.GetModelMetadataRequest
    | get_model_status_pb2.GetModelStatusRequest,
) -> None:
    if not request.HasField("model_spec"):
        raise invalid_argument("Missing ModelSpec")

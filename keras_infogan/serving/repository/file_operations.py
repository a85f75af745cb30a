"""Finds out whether a SavedModel reads or writes files of the machine when it runs."""

from collections.abc import Iterator

from tensorflow.core.framework import attr_value_pb2, function_pb2, node_def_pb2
from tensorflow.core.protobuf import meta_graph_pb2

# What every SavedModel does with its own variables and assets while it loads is not among them.
FILE_OPERATIONS = frozenset(
    {
        "CacheDataset",
        "CacheDatasetV2",
        "CreateSummaryFileWriter",
        "DecodeProtoV2",
        "FixedLengthRecordDataset",
        "FixedLengthRecordDatasetV2",
        "ImmutableConst",
        "LoadDataset",
        "LoadDatasetV2",
        "MatchingFiles",
        "MatchingFilesDataset",
        "MergeV2Checkpoints",
        "PrintV2",
        "ReadFile",
        "Restore",
        "RestoreV2",
        "Save",
        "SaveDataset",
        "SaveDatasetV2",
        "SaveSlices",
        "SaveV2",
        "SnapshotDataset",
        "SnapshotDatasetV2",
        "TFRecordDataset",
        "TFRecordDatasetV2",
        "TFRecordReaderV2",
        "TextLineDataset",
        "TextLineReaderV2",
        "WholeFileReaderV2",
        "WriteFile",
    }
)
_INITIALIZERS = ("saved_model_main_op", "legacy_init_op")


def find_file_operations(meta_graph: meta_graph_pb2.MetaGraphDef) -> tuple[str, ...]:
    """Returns the operations of a graph that read or write files when a signature runs.

    Args:
        meta_graph: of a SavedModel; what only its saver uses is not looked at.

    Returns:
        Names of operations, in alphabetical order.
    """
    nodes = {node.name: node for node in meta_graph.graph_def.node}
    functions = {each.signature.name: each for each in meta_graph.graph_def.library.function}
    found: set[str] = set()
    seen: set[str] = set()
    waiting = list(_wanted_nodes(meta_graph))
    while waiting:
        name = waiting.pop()
        if name in seen or name not in nodes:
            continue
        seen.add(name)
        waiting += [_node_name(each) for each in nodes[name].input]
        found |= _operations(nodes[name], functions, seen_functions=seen)
    return tuple(sorted(found & FILE_OPERATIONS))


def _wanted_nodes(meta_graph: meta_graph_pb2.MetaGraphDef) -> Iterator[str]:
    """Names of the nodes that a signature, or the loading of the model, asks for."""
    for signature in meta_graph.signature_def.values():
        for info in signature.outputs.values():
            yield _node_name(info.name)
    for key, collection in meta_graph.collection_def.items():
        if key in _INITIALIZERS:
            yield from map(_node_name, collection.node_list.value)


def _operations(
    node: node_def_pb2.NodeDef,
    functions: dict[str, function_pb2.FunctionDef],
    seen_functions: set[str],
) -> set[str]:
    """The operation of a node, and those of the functions that it calls."""
    found = {node.op}
    waiting = [node.op, *_function_names(node)]
    while waiting:
        name = waiting.pop()
        function = functions.get(name)
        if function is None or f"function {name}" in seen_functions:
            continue
        seen_functions.add(f"function {name}")
        for inner in function.node_def:
            found.add(inner.op)
            waiting += [inner.op, *_function_names(inner)]
    return found


def _function_names(node: node_def_pb2.NodeDef) -> Iterator[str]:
    for value in node.attr.values():
        yield from _named_functions(value)


def _named_functions(value: attr_value_pb2.AttrValue) -> Iterator[str]:
    if value.WhichOneof("value") == "func":
        yield value.func.name
    elif value.WhichOneof("value") == "list":
        yield from (each.name for each in value.list.func)


def _node_name(tensor_name: str) -> str:
    return tensor_name.removeprefix("^").partition(":")[0]

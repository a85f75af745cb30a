"""The group `videos`: how still the background of generated videos is."""

from __future__ import annotations

from keras_infogan.evaluation.subject import EvaluationResult, Progress, Subject
from keras_infogan.metrics import background_deviation

NO_VIDEOS = "the model makes single images"


def measure_videos(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """The deviation of the background over time, of generated and of real videos."""
    del progress  # it takes seconds
    if result.leaves_out("videos", {NO_VIDEOS: not subject.has_videos}):
        return
    result.scores["background_deviation"] = background_deviation(subject.fakes)
    result.scores["background_deviation/real"] = background_deviation(subject.images)

"""Artifacts: what lies at a URI, with metadata."""
import os

_MOUNT = os.environ.get("ISOBAR_GCS", "/gcs")


class Artifact:
    schema_title = "system.Artifact"
    schema_version = "0.0.1"

    def __init__(self, name=None, uri=None, metadata=None):
        self.name = name or ""
        self.uri = uri or ""
        self.metadata = metadata if metadata is not None else {}
        self.custom_path = ""

    @property
    def path(self):
        if self.custom_path:
            return self.custom_path
        return f"{_MOUNT}/{self.uri[len('gs://'):]}" if self.uri.startswith("gs://") else self.uri

    @path.setter
    def path(self, path):
        self.uri = "gs://" + path[len(_MOUNT) + 1:] if path.startswith(_MOUNT + "/") else path


class Model(Artifact):
    schema_title = "system.Model"

    @property
    def framework(self):
        return self.metadata.get("framework", "")

    @framework.setter
    def framework(self, framework):
        self.metadata["framework"] = framework


class Dataset(Artifact):
    schema_title = "system.Dataset"


class HTML(Artifact):
    schema_title = "system.HTML"


class Markdown(Artifact):
    schema_title = "system.Markdown"


class Metrics(Artifact):
    schema_title = "system.Metrics"

    def log_metric(self, metric, value):
        self.metadata[metric] = value


class ClassificationMetrics(Artifact):
    schema_title = "system.ClassificationMetrics"

    def log_roc_data_point(self, fpr, tpr, threshold):
        self.metadata.setdefault("confidenceMetrics", []).append(
            {"confidenceThreshold": threshold, "recall": tpr, "falsePositiveRate": fpr})

    def log_roc_curve(self, fpr, tpr, threshold):
        if not len(fpr) == len(tpr) == len(threshold):
            raise ValueError(f"fpr, tpr and threshold have {len(fpr)}, {len(tpr)} and {len(threshold)} values: they must be as many")
        for point in zip(fpr, tpr, threshold):
            self.log_roc_data_point(*(float(p) for p in point))

    def set_confusion_matrix_categories(self, categories):
        self.metadata["confusionMatrix"] = {
            "annotationSpecs": [{"displayName": c} for c in categories],
            "rows": [{"row": [0] * len(categories)} for _ in categories],
        }

    def _index(self, category):
        names = [s["displayName"] for s in self.metadata.get("confusionMatrix", {}).get("annotationSpecs", [])]
        if category not in names:
            raise ValueError(f"'{category}' is not among the categories {names}: call set_confusion_matrix_categories first")
        return names.index(category)

    def log_confusion_matrix_row(self, row_category, row):
        at = self._index(row_category)
        if len(row) != len(self.metadata["confusionMatrix"]["rows"]):
            raise ValueError(f"the row of '{row_category}' has {len(row)} values: there are {len(self.metadata['confusionMatrix']['rows'])} categories")
        self.metadata["confusionMatrix"]["rows"][at] = {"row": list(row)}

    def log_confusion_matrix_cell(self, row_category, col_category, value):
        self.metadata["confusionMatrix"]["rows"][self._index(row_category)]["row"][self._index(col_category)] = value

    def log_confusion_matrix(self, categories, matrix):
        if len(categories) != len(matrix):
            raise ValueError(f"the matrix has {len(matrix)} rows: there are {len(categories)} categories")
        self.set_confusion_matrix_categories(categories)
        for category, row in zip(categories, matrix):
            self.log_confusion_matrix_row(category, row)


class SlicedClassificationMetrics(Artifact):
    schema_title = "system.SlicedClassificationMetrics"

    def _slice(self, name):
        for each in self.metadata.setdefault("evaluationSlices", []):
            if each["slice"] == name:
                break
        else:
            each = {"slice": name, "sliceClassificationMetrics": {}}
            self.metadata["evaluationSlices"].append(each)
        return ClassificationMetrics(metadata=each["sliceClassificationMetrics"])

    def log_roc_reading(self, slice, threshold, tpr, fpr):
        self._slice(slice).log_roc_data_point(fpr, tpr, threshold)

    def set_confusion_matrix_categories(self, slice, categories):
        self._slice(slice).set_confusion_matrix_categories(categories)

    def log_confusion_matrix_row(self, slice, row_category, row):
        self._slice(slice).log_confusion_matrix_row(row_category, row)

    def log_confusion_matrix_cell(self, slice, row_category, col_category, value):
        self._slice(slice).log_confusion_matrix_cell(row_category, col_category, value)


BY_TITLE = {c.schema_title: c for c in (Artifact, Model, Dataset, HTML, Markdown, Metrics, ClassificationMetrics, SlicedClassificationMetrics)}

"""The part of Kubeflow Pipelines that a component's own code needs while it runs. Isobar's, not Kubeflow's."""
from . import components, dsl

__version__ = "2.99.0+isobar"

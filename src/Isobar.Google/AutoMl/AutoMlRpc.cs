using Grpc.Core;
using Isobar.Google.AutoMl.V1;
using Isobar.Google.LongRunning.V1;

namespace Isobar.Google.AutoMl;

/// <summary><c>google.cloud.automl.v1.AutoMl</c>: the older names of what Vertex AI does.</summary>
internal sealed class AutoMlRpc(AutoMlDatasets datasets, AutoMlModels models, AutoMlDeployments deployments, AutoMlEvaluations evaluations) : V1.AutoMl.AutoMlBase
{
    public override Task<Operation> CreateDataset(CreateDatasetRequest request, ServerCallContext context) => datasets.CreateAsync(request, context);

    public override Task<Dataset> GetDataset(GetDatasetRequest request, ServerCallContext context) => datasets.GetAsync(request.Name, context.CancellationToken);

    public override Task<ListDatasetsResponse> ListDatasets(ListDatasetsRequest request, ServerCallContext context) => datasets.ListAsync(request, context.CancellationToken);

    public override Task<Dataset> UpdateDataset(UpdateDatasetRequest request, ServerCallContext context) => datasets.UpdateAsync(request, context);

    public override Task<Operation> DeleteDataset(DeleteDatasetRequest request, ServerCallContext context) => datasets.DeleteAsync(request.Name, context);

    public override Task<Operation> ImportData(ImportDataRequest request, ServerCallContext context) => datasets.ImportAsync(request, context.CancellationToken);

    public override Task<AnnotationSpec> GetAnnotationSpec(GetAnnotationSpecRequest request, ServerCallContext context) => datasets.SpecAsync(request.Name, context.CancellationToken);

    public override Task<Operation> CreateModel(CreateModelRequest request, ServerCallContext context) => models.CreateAsync(request, context);

    public override Task<Model> GetModel(GetModelRequest request, ServerCallContext context) => models.GetAsync(request.Name, context.CancellationToken);

    public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context) => models.ListAsync(request, context.CancellationToken);

    public override Task<Operation> DeleteModel(DeleteModelRequest request, ServerCallContext context) => deployments.DeleteModelAsync(request.Name, context);

    public override Task<Operation> DeployModel(DeployModelRequest request, ServerCallContext context) => deployments.DeployAsync(request, context);

    public override Task<Operation> UndeployModel(UndeployModelRequest request, ServerCallContext context) => deployments.UndeployAsync(request.Name, context);

    public override Task<ModelEvaluation> GetModelEvaluation(GetModelEvaluationRequest request, ServerCallContext context) => evaluations.GetAsync(request.Name, context.CancellationToken);

    public override Task<ListModelEvaluationsResponse> ListModelEvaluations(ListModelEvaluationsRequest request, ServerCallContext context) => evaluations.ListAsync(request, context.CancellationToken);
}

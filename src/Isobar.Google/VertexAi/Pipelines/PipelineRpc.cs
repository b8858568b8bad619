using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Pipelines;

/// <summary><c>PipelineService</c>.</summary>
internal sealed class PipelineRpc(PipelineJobs jobs, PipelineBatches batches, TrainingPipelines.TrainingPipelines training) : PipelineService.PipelineServiceBase
{
    public override Task<PipelineJob> CreatePipelineJob(CreatePipelineJobRequest request, ServerCallContext context)
    {
        var http = context.GetHttpContext().Request;
        return jobs.CreateAsync(request, $"{http.Scheme}://{http.Host}", context.CancellationToken);
    }

    public override Task<PipelineJob> GetPipelineJob(GetPipelineJobRequest request, ServerCallContext context) => jobs.GetAsync(request.Name, context.CancellationToken);

    public override Task<ListPipelineJobsResponse> ListPipelineJobs(ListPipelineJobsRequest request, ServerCallContext context) => jobs.ListAsync(request, context.CancellationToken);

    public override Task<Empty> CancelPipelineJob(CancelPipelineJobRequest request, ServerCallContext context) => jobs.CancelAsync(request.Name, context.CancellationToken);

    public override Task<Operation> DeletePipelineJob(DeletePipelineJobRequest request, ServerCallContext context) => jobs.DeleteAsync(request.Name, context.CancellationToken);

    public override Task<Operation> BatchDeletePipelineJobs(BatchDeletePipelineJobsRequest request, ServerCallContext context) => batches.DeleteAsync(request, context.CancellationToken);

    public override Task<Operation> BatchCancelPipelineJobs(BatchCancelPipelineJobsRequest request, ServerCallContext context) => batches.CancelAsync(request, context.CancellationToken);

    public override Task<TrainingPipeline> CreateTrainingPipeline(CreateTrainingPipelineRequest request, ServerCallContext context) => training.CreateAsync(request, JobRpc.Address(context), context.CancellationToken);

    public override Task<TrainingPipeline> GetTrainingPipeline(GetTrainingPipelineRequest request, ServerCallContext context) => training.GetAsync(request.Name, context.CancellationToken);

    public override Task<ListTrainingPipelinesResponse> ListTrainingPipelines(ListTrainingPipelinesRequest request, ServerCallContext context) => training.ListAsync(request, context.CancellationToken);

    public override Task<Empty> CancelTrainingPipeline(CancelTrainingPipelineRequest request, ServerCallContext context) => training.CancelAsync(request.Name, context.CancellationToken);

    public override Task<Operation> DeleteTrainingPipeline(DeleteTrainingPipelineRequest request, ServerCallContext context) => training.DeleteAsync(request.Name, context.CancellationToken);
}

using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Jobs;

internal sealed partial class JobRpc
{
    public override Task<ModelDeploymentMonitoringJob> CreateModelDeploymentMonitoringJob(CreateModelDeploymentMonitoringJobRequest request, ServerCallContext context) => monitoring.CreateAsync(request, context.CancellationToken);

    public override Task<ModelDeploymentMonitoringJob> GetModelDeploymentMonitoringJob(GetModelDeploymentMonitoringJobRequest request, ServerCallContext context) => monitoring.GetAsync(request.Name, context.CancellationToken);

    public override Task<ListModelDeploymentMonitoringJobsResponse> ListModelDeploymentMonitoringJobs(ListModelDeploymentMonitoringJobsRequest request, ServerCallContext context) => monitoring.ListAsync(request, context.CancellationToken);

    public override Task<Operation> UpdateModelDeploymentMonitoringJob(UpdateModelDeploymentMonitoringJobRequest request, ServerCallContext context) => monitoring.UpdateAsync(request, context.CancellationToken);

    public override Task<Operation> DeleteModelDeploymentMonitoringJob(DeleteModelDeploymentMonitoringJobRequest request, ServerCallContext context) => monitoring.DeleteAsync(request.Name, context.CancellationToken);

    public override Task<Empty> PauseModelDeploymentMonitoringJob(PauseModelDeploymentMonitoringJobRequest request, ServerCallContext context) => monitoring.PauseAsync(request.Name, context.CancellationToken);

    public override Task<Empty> ResumeModelDeploymentMonitoringJob(ResumeModelDeploymentMonitoringJobRequest request, ServerCallContext context) => monitoring.ResumeAsync(request.Name, context.CancellationToken);

    public override Task<SearchModelDeploymentMonitoringStatsAnomaliesResponse> SearchModelDeploymentMonitoringStatsAnomalies(SearchModelDeploymentMonitoringStatsAnomaliesRequest request, ServerCallContext context) => anomalies.SearchAsync(request, context.CancellationToken);
}

using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Schedules;

/// <summary><c>ScheduleService</c>: pipelines that run by the clock.</summary>
internal sealed class ScheduleRpc(PipelineSchedules schedules) : ScheduleService.ScheduleServiceBase
{
    public override Task<Schedule> CreateSchedule(CreateScheduleRequest request, ServerCallContext context) => schedules.CreateAsync(request, JobRpc.Address(context), context.CancellationToken);

    public override Task<Schedule> GetSchedule(GetScheduleRequest request, ServerCallContext context) => schedules.GetAsync(request.Name, context.CancellationToken);

    public override Task<ListSchedulesResponse> ListSchedules(ListSchedulesRequest request, ServerCallContext context) => schedules.ListAsync(request, context.CancellationToken);

    public override Task<Schedule> UpdateSchedule(UpdateScheduleRequest request, ServerCallContext context) => schedules.UpdateAsync(request, context.CancellationToken);

    public override Task<Empty> PauseSchedule(PauseScheduleRequest request, ServerCallContext context) => schedules.PauseAsync(request.Name, context.CancellationToken);

    public override Task<Empty> ResumeSchedule(ResumeScheduleRequest request, ServerCallContext context) => schedules.ResumeAsync(request, context.CancellationToken);

    public override Task<Operation> DeleteSchedule(DeleteScheduleRequest request, ServerCallContext context) => schedules.DeleteAsync(request.Name, context.CancellationToken);
}

using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Engine.State;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Tensorboards;

/// <summary><c>TensorboardService</c>: what experiments log by step. Time series are of numbers; tensors and blobs are refused by name.</summary>
internal sealed class TensorboardRpc(TensorboardStore store, TimeSeriesPoints points, OperationTable operations, NameLocks locks) : TensorboardService.TensorboardServiceBase
{
    private const int MaxBatch = 1000;

    public override async Task<Operation> CreateTensorboard(CreateTensorboardRequest request, ServerCallContext context)
    {
        var name = ResourceName.New(request.Parent, TensorboardName.Boards);
        using var held = await HoldBoardsAsync(name, context.CancellationToken).ConfigureAwait(false);
        var board = await store.Boards.CreateAsync(new TensorboardName(name, []), request.Tensorboard, context.CancellationToken).ConfigureAwait(false);
        await store.OnlyDefaultAsync(board, context.CancellationToken).ConfigureAwait(false);
        return await operations.DoneAsync(name, new CreateTensorboardOperationMetadata { GenericMetadata = operations.Now() }, board, context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<Tensorboard> GetTensorboard(GetTensorboardRequest request, ServerCallContext context) =>
        await store.CountedAsync(await store.Boards.GetAsync(TensorboardName.Parse(request.Name, 0), context.CancellationToken).ConfigureAwait(false), context.CancellationToken).ConfigureAwait(false);

    public override async Task<Operation> UpdateTensorboard(UpdateTensorboardRequest request, ServerCallContext context)
    {
        var name = TensorboardName.Parse(request.Tensorboard?.Name ?? "", 0, "tensorboard.name").Board;
        using var held = await HoldBoardsAsync(name, context.CancellationToken).ConfigureAwait(false);
        var board = await store.Boards.UpdateAsync(request.Tensorboard, request.UpdateMask, context.CancellationToken).ConfigureAwait(false);
        await store.OnlyDefaultAsync(board, context.CancellationToken).ConfigureAwait(false);
        return await operations.DoneAsync(name, new UpdateTensorboardOperationMetadata { GenericMetadata = operations.Now() }, await store.CountedAsync(board, context.CancellationToken).ConfigureAwait(false), context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<ListTensorboardsResponse> ListTensorboards(ListTensorboardsRequest request, ServerCallContext context)
    {
        var parent = ResourceName.New(request.Parent, TensorboardName.Boards).Parent;
        var (page, next) = await store.Boards.PageAsync($"{parent}/{TensorboardName.Boards}/", request.Filter, request.OrderBy, request.PageSize, request.PageToken, context.CancellationToken).ConfigureAwait(false);
        var response = new ListTensorboardsResponse { NextPageToken = next };
        foreach (var board in page) response.Tensorboards.Add(await store.CountedAsync(board, context.CancellationToken).ConfigureAwait(false));
        return response;
    }

    public override async Task<Operation> DeleteTensorboard(DeleteTensorboardRequest request, ServerCallContext context)
    {
        var name = TensorboardName.Parse(request.Name, 0);
        using var all = await HoldBoardsAsync(name.Board, context.CancellationToken).ConfigureAwait(false);
        using var held = await HoldAsync(name, context).ConfigureAwait(false);
        return await DeletedAsync(name, store.Boards, context).ConfigureAwait(false);
    }

    public override async Task<TensorboardExperiment> CreateTensorboardExperiment(CreateTensorboardExperimentRequest request, ServerCallContext context)
    {
        var parent = TensorboardName.Parse(request.Parent, 0, "parent");
        using var held = await HoldAsync(parent, context).ConfigureAwait(false);
        await store.Boards.GetAsync(parent, context.CancellationToken).ConfigureAwait(false);
        return await store.Experiments.CreateAsync(parent.Child(request.TensorboardExperimentId, "tensorboard_experiment_id"), request.TensorboardExperiment, context.CancellationToken).ConfigureAwait(false);
    }

    public override Task<TensorboardExperiment> GetTensorboardExperiment(GetTensorboardExperimentRequest request, ServerCallContext context) => store.Experiments.GetAsync(TensorboardName.Parse(request.Name, 1), context.CancellationToken);

    public override async Task<TensorboardExperiment> UpdateTensorboardExperiment(UpdateTensorboardExperimentRequest request, ServerCallContext context)
    {
        using var held = await HoldAsync(TensorboardName.Parse(request.TensorboardExperiment?.Name ?? "", 1, "tensorboard_experiment.name"), context).ConfigureAwait(false);
        return await store.Experiments.UpdateAsync(request.TensorboardExperiment, request.UpdateMask, context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<ListTensorboardExperimentsResponse> ListTensorboardExperiments(ListTensorboardExperimentsRequest request, ServerCallContext context)
    {
        var (page, next) = await store.Experiments.PageAsync(TensorboardName.Parse(request.Parent, 0, "parent").Children, request.Filter, request.OrderBy, request.PageSize, request.PageToken, context.CancellationToken).ConfigureAwait(false);
        return new ListTensorboardExperimentsResponse { TensorboardExperiments = { page }, NextPageToken = next };
    }

    public override Task<Operation> DeleteTensorboardExperiment(DeleteTensorboardExperimentRequest request, ServerCallContext context) => DeleteAsync(TensorboardName.Parse(request.Name, 1), store.Experiments, context);

    public override async Task<TensorboardRun> CreateTensorboardRun(CreateTensorboardRunRequest request, ServerCallContext context)
    {
        using var held = await HoldAsync(TensorboardName.Parse(request.Parent, 1, "parent"), context).ConfigureAwait(false);
        return await CreateAsync(request, context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<BatchCreateTensorboardRunsResponse> BatchCreateTensorboardRuns(BatchCreateTensorboardRunsRequest request, ServerCallContext context)
    {
        var parent = TensorboardName.Parse(request.Parent, 1, "parent");
        using var held = await HoldAsync(parent, context).ConfigureAwait(false);
        foreach (var each in request.Requests)
        {
            if (each.Parent.Length == 0) each.Parent = request.Parent;
            if (each.Parent != request.Parent) throw Faults.Invalid("requests.parent", each.Parent, $"that of all is {request.Parent}");
        }
        return new BatchCreateTensorboardRunsResponse { TensorboardRuns = { await AllOrNoneAsync(request.Requests, r => CreateAsync(r, context.CancellationToken), r => TensorboardName.Parse(r.Name, 2)).ConfigureAwait(false) } };
    }

    public override Task<TensorboardRun> GetTensorboardRun(GetTensorboardRunRequest request, ServerCallContext context) => store.Runs.GetAsync(TensorboardName.Parse(request.Name, 2), context.CancellationToken);

    public override async Task<TensorboardRun> UpdateTensorboardRun(UpdateTensorboardRunRequest request, ServerCallContext context)
    {
        using var held = await HoldAsync(TensorboardName.Parse(request.TensorboardRun?.Name ?? "", 2, "tensorboard_run.name"), context).ConfigureAwait(false);
        return await store.Runs.UpdateAsync(request.TensorboardRun, request.UpdateMask, context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<ListTensorboardRunsResponse> ListTensorboardRuns(ListTensorboardRunsRequest request, ServerCallContext context)
    {
        var (page, next) = await store.Runs.PageAsync(TensorboardName.Parse(request.Parent, 1, "parent").Children, request.Filter, request.OrderBy, request.PageSize, request.PageToken, context.CancellationToken).ConfigureAwait(false);
        return new ListTensorboardRunsResponse { TensorboardRuns = { page }, NextPageToken = next };
    }

    public override Task<Operation> DeleteTensorboardRun(DeleteTensorboardRunRequest request, ServerCallContext context) => DeleteAsync(TensorboardName.Parse(request.Name, 2), store.Runs, context);

    public override async Task<TensorboardTimeSeries> CreateTensorboardTimeSeries(CreateTensorboardTimeSeriesRequest request, ServerCallContext context)
    {
        using var held = await HoldAsync(TensorboardName.Parse(request.Parent, 2, "parent"), context).ConfigureAwait(false);
        return await CreateAsync(request, context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<BatchCreateTensorboardTimeSeriesResponse> BatchCreateTensorboardTimeSeries(BatchCreateTensorboardTimeSeriesRequest request, ServerCallContext context)
    {
        var parent = TensorboardName.Parse(request.Parent, 1, "parent");
        using var held = await HoldAsync(parent, context).ConfigureAwait(false);
        foreach (var each in request.Requests)
            if (!each.Parent.StartsWith(parent.Children, StringComparison.Ordinal)) throw Faults.Invalid("requests.parent", each.Parent, $"a run of {request.Parent}");
        return new BatchCreateTensorboardTimeSeriesResponse { TensorboardTimeSeries = { await AllOrNoneAsync(request.Requests, r => CreateAsync(r, context.CancellationToken), s => TensorboardName.Parse(s.Name, 3)).ConfigureAwait(false) } };
    }

    public override Task<TensorboardTimeSeries> GetTensorboardTimeSeries(GetTensorboardTimeSeriesRequest request, ServerCallContext context) => store.Series.GetAsync(TensorboardName.Parse(request.Name, 3), context.CancellationToken);

    public override async Task<TensorboardTimeSeries> UpdateTensorboardTimeSeries(UpdateTensorboardTimeSeriesRequest request, ServerCallContext context)
    {
        using var held = await HoldAsync(TensorboardName.Parse(request.TensorboardTimeSeries?.Name ?? "", 3, "tensorboard_time_series.name"), context).ConfigureAwait(false);
        return await store.Series.UpdateAsync(request.TensorboardTimeSeries, request.UpdateMask, context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<ListTensorboardTimeSeriesResponse> ListTensorboardTimeSeries(ListTensorboardTimeSeriesRequest request, ServerCallContext context)
    {
        var (page, next) = await store.Series.PageAsync(TensorboardName.Parse(request.Parent, 2, "parent").Children, request.Filter, request.OrderBy, request.PageSize, request.PageToken, context.CancellationToken).ConfigureAwait(false);
        return new ListTensorboardTimeSeriesResponse { TensorboardTimeSeries = { page }, NextPageToken = next };
    }

    public override Task<Operation> DeleteTensorboardTimeSeries(DeleteTensorboardTimeSeriesRequest request, ServerCallContext context) => DeleteAsync(TensorboardName.Parse(request.Name, 3), store.Series, context);

    public override async Task<WriteTensorboardRunDataResponse> WriteTensorboardRunData(WriteTensorboardRunDataRequest request, ServerCallContext context)
    {
        var run = TensorboardName.Parse(request.TensorboardRun, 2, "tensorboard_run");
        using var held = await HoldAsync(run, context).ConfigureAwait(false);
        await store.WriteAsync([(run, request.TimeSeriesData)], context.CancellationToken).ConfigureAwait(false);
        return new WriteTensorboardRunDataResponse();
    }

    public override async Task<WriteTensorboardExperimentDataResponse> WriteTensorboardExperimentData(WriteTensorboardExperimentDataRequest request, ServerCallContext context)
    {
        var experiment = TensorboardName.Parse(request.TensorboardExperiment, 1, "tensorboard_experiment");
        using var held = await HoldAsync(experiment, context).ConfigureAwait(false);
        if (request.WriteRunDataRequests.FirstOrDefault(r => !r.TensorboardRun.StartsWith(experiment.Children, StringComparison.Ordinal)) is { } other) throw Faults.Invalid("write_run_data_requests.tensorboard_run", other.TensorboardRun, $"a run of {request.TensorboardExperiment}");
        await store.WriteAsync([.. request.WriteRunDataRequests.Select(r => (TensorboardName.Parse(r.TensorboardRun, 2, "write_run_data_requests.tensorboard_run"), (IReadOnlyList<TimeSeriesData>)r.TimeSeriesData))], context.CancellationToken).ConfigureAwait(false);
        return new WriteTensorboardExperimentDataResponse();
    }

    public override async Task<ReadTensorboardTimeSeriesDataResponse> ReadTensorboardTimeSeriesData(ReadTensorboardTimeSeriesDataRequest request, ServerCallContext context)
    {
        var name = TensorboardName.Parse(request.TensorboardTimeSeries, 3, "tensorboard_time_series");
        await store.Series.GetAsync(name, context.CancellationToken).ConfigureAwait(false);
        return new ReadTensorboardTimeSeriesDataResponse { TimeSeriesData = await points.ReadAsync(name, request.Filter, request.MaxDataPoints, context.CancellationToken).ConfigureAwait(false) };
    }

    public override async Task<BatchReadTensorboardTimeSeriesDataResponse> BatchReadTensorboardTimeSeriesData(BatchReadTensorboardTimeSeriesDataRequest request, ServerCallContext context)
    {
        var board = TensorboardName.Parse(request.Tensorboard, 0, "tensorboard");
        if (request.TimeSeries.Count > MaxBatch) throw Faults.Invalid("time_series", $"{request.TimeSeries.Count}", $"at most {MaxBatch} names");
        var response = new BatchReadTensorboardTimeSeriesDataResponse();
        foreach (var text in request.TimeSeries)
        {
            var name = TensorboardName.Parse(text, 3, "time_series");
            if (name.Board != board.Board) throw Faults.Invalid("time_series", text, $"a time series of {request.Tensorboard}");
            await store.Series.GetAsync(name, context.CancellationToken).ConfigureAwait(false);
            response.TimeSeriesData.Add(await points.ReadAsync(name, "", 0, context.CancellationToken).ConfigureAwait(false));
        }
        return response;
    }

    public override async Task<ExportTensorboardTimeSeriesDataResponse> ExportTensorboardTimeSeriesData(ExportTensorboardTimeSeriesDataRequest request, ServerCallContext context)
    {
        var name = TensorboardName.Parse(request.TensorboardTimeSeries, 3, "tensorboard_time_series");
        await store.Series.GetAsync(name, context.CancellationToken).ConfigureAwait(false);
        var (page, next) = await points.ExportAsync(name, request.Filter, request.OrderBy, request.PageSize, request.PageToken, context.CancellationToken).ConfigureAwait(false);
        return new ExportTensorboardTimeSeriesDataResponse { TimeSeriesDataPoints = { page }, NextPageToken = next };
    }

    private async Task<TensorboardRun> CreateAsync(CreateTensorboardRunRequest request, CancellationToken ct)
    {
        var parent = TensorboardName.Parse(request.Parent, 1, "parent");
        await store.Experiments.GetAsync(parent, ct).ConfigureAwait(false);
        return await store.Runs.CreateAsync(parent.Child(request.TensorboardRunId, "tensorboard_run_id"), request.TensorboardRun, ct).ConfigureAwait(false);
    }

    private async Task<TensorboardTimeSeries> CreateAsync(CreateTensorboardTimeSeriesRequest request, CancellationToken ct)
    {
        var parent = TensorboardName.Parse(request.Parent, 2, "parent");
        await store.Runs.GetAsync(parent, ct).ConfigureAwait(false);
        var type = request.TensorboardTimeSeries?.ValueType ?? throw Faults.Required("tensorboard_time_series");
        if (type == TensorboardTimeSeries.Types.ValueType.Unspecified) throw Faults.Required("tensorboard_time_series.value_type");
        if (type != TensorboardTimeSeries.Types.ValueType.Scalar) throw Faults.Unimplemented($"tensorboard_time_series.value_type {type} is not supported here: time series are of scalars.");
        var id = request.TensorboardTimeSeriesId is { Length: > 0 } given ? given : ResourceName.NewId();
        request.TensorboardTimeSeries.Metadata = null;
        return await store.Series.CreateAsync(parent.Child(id, "tensorboard_time_series_id"), request.TensorboardTimeSeries, ct).ConfigureAwait(false);
    }

    // One that cannot be made takes those before it with it.
    private async Task<List<T>> AllOrNoneAsync<TRequest, T>(IReadOnlyCollection<TRequest> requests, Func<TRequest, Task<T>> create, Func<T, TensorboardName> name)
    {
        if (requests.Count is 0 or > MaxBatch) throw Faults.Invalid("requests", $"{requests.Count}", $"1 to {MaxBatch} requests");
        var made = new List<T>();
        try
        {
            foreach (var request in requests) made.Add(await create(request).ConfigureAwait(false));
        }
        catch
        {
            foreach (var each in made) await store.DeleteAsync(name(each), CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        return made;
    }

    private async Task<Operation> DeleteAsync<T>(TensorboardName name, TensorboardKind<T> kind, ServerCallContext context) where T : class, global::Google.Protobuf.IMessage<T>, new()
    {
        using var held = await HoldAsync(name, context).ConfigureAwait(false);
        return await DeletedAsync(name, kind, context).ConfigureAwait(false);
    }

    private async Task<Operation> DeletedAsync<T>(TensorboardName name, TensorboardKind<T> kind, ServerCallContext context) where T : class, global::Google.Protobuf.IMessage<T>, new()
    {
        await kind.GetAsync(name, context.CancellationToken).ConfigureAwait(false);
        await store.DeleteAsync(name, context.CancellationToken).ConfigureAwait(false);
        return await operations.DoneAsync(name.Board, new DeleteOperationMetadata { GenericMetadata = operations.Now() }, new Empty(), context.CancellationToken).ConfigureAwait(false);
    }

    private Task<IDisposable> HoldAsync(TensorboardName name, ServerCallContext context) => locks.EnterAsync(name.Board.ToString(), context.CancellationToken);

    // Which one is the default is a matter of all of a location.
    private Task<IDisposable> HoldBoardsAsync(ResourceName name, CancellationToken ct) => locks.EnterAsync($"{name.Parent}/{TensorboardName.Boards}", ct);
}

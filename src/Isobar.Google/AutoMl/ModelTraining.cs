using Grpc.Core;
using Isobar.Google.VertexAi.Models;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.TrainingPipelines;
using Isobar.Google.VertexAi.V1;
using RpcStatus = Google.Rpc.Status;

namespace Isobar.Google.AutoMl;

/// <summary>The training of a model, which an operation follows.</summary>
internal sealed class ModelTraining(TrainingPipelines pipelines, ModelStore store, AutoMlModels models) : IFollowedWork
{
    public const string Name = "automl.model";

    public string Kind => Name;

    public async Task<FollowedResult> LookAsync(string name, CancellationToken ct)
    {
        if (await pipelines.KnownAsync(name, ct).ConfigureAwait(false) is not { } pipeline) return new FollowedResult(null, new RpcStatus { Code = (int)StatusCode.NotFound, Message = "The training is gone." });
        if (pipeline.State is PipelineState.Failed or PipelineState.Cancelled) return new FollowedResult(null, pipeline.Error);
        if (pipeline.State != PipelineState.Succeeded) return FollowedResult.UnderWay;
        try
        {
            return new FollowedResult(await models.ViewAsync((await store.FindAsync(pipeline.ModelToUpload.Name, ct).ConfigureAwait(false)).Value, ct).ConfigureAwait(false), null);
        }
        catch (RpcException e)
        {
            // Trained, and deleted since.
            return new FollowedResult(null, new RpcStatus { Code = (int)e.StatusCode, Message = e.Status.Detail });
        }
    }

    public Task CancelAsync(string name, CancellationToken ct) => pipelines.CancelAsync(name, ct);
}

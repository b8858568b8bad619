using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Engine.Logs;
using Isobar.Engine.Serving;

namespace Isobar.Engine.OnPremises;

/// <summary>The endpoints of this machine.</summary>
internal sealed class OnPremisesServing(IEndpoints endpoints, OnPremisesModels models, ILogStore logs) : IServing
{
    private const string LogGroup = "endpoints";

    public async Task<Result<DeployedEndpoint>> DeployAsync(EndpointOrder order, CancellationToken ct = default)
    {
        var variants = new List<VariantSpec>();
        foreach (var variant in order.Variants)
        {
            if (!(await models.SpecAsync(variant.Model, ct).ConfigureAwait(false)).TryGet(out var model, out var missing)) return missing;
            variants.Add(new VariantSpec
            {
                Name = variant.Name,
                Model = model,
                Weight = variant.Weight,
                InstanceCount = variant.Instances,
                Log = new LogStreamName(OnPremisesCloud.Owner, LogGroup, $"{order.Name}/{variant.Name}"),
            });
        }
        var spec = new EndpointSpec
        {
            Id = OnPremisesCloud.Id(order.Name),
            Owner = OnPremisesCloud.Owner,
            Name = order.Name,
            Region = "local",
            Variants = variants,
            Capture = order.CaptureTo is { } to ? new CaptureSpec(order.CapturePercentage, OnPremisesCloud.At(to)) { CsvTypes = ["text/csv"], JsonTypes = ["application/json"] } : null,
        };
        var created = await endpoints.CreateAsync(spec, ct).ConfigureAwait(false);
        if (created.Error is { Code: ErrorCode.AlreadyExists }) created = await endpoints.UpdateAsync(spec, ct: ct).ConfigureAwait(false);
        return created.Map(Shown);
    }

    public async Task<Result<DeployedEndpoint>> GetAsync(string name, CancellationToken ct = default) => (await endpoints.GetAsync(OnPremisesCloud.Id(name), ct).ConfigureAwait(false)).Map(Shown);

    public async Task<Result<IReadOnlyList<DeployedEndpoint>>> ListAsync(CancellationToken ct = default) =>
        Result<IReadOnlyList<DeployedEndpoint>>.Ok([.. (await endpoints.ListAsync(OnPremisesCloud.Id(""), ct).ConfigureAwait(false)).OrderByDescending(e => e.Created).Select(Shown)]);

    public async Task<Result<Done>> SetWeightsAsync(string name, IReadOnlyDictionary<string, double> weights, CancellationToken ct = default) =>
        (await endpoints.SetWeightsAndCapacitiesAsync(OnPremisesCloud.Id(name), [.. weights.Select(w => new VariantChange(w.Key, w.Value))], ct).ConfigureAwait(false)).Map(_ => Done.Value);

    public Task<Result<Done>> DeleteAsync(string name, CancellationToken ct = default) => endpoints.DeleteAsync(OnPremisesCloud.Id(name), ct);

    public async Task<Result<EndpointLog>> LogAsync(string name, DateTimeOffset? since = null, int limit = 1000, CancellationToken ct = default)
    {
        var page = await logs.ReadAsync(new LogQuery(OnPremisesCloud.Owner, LogGroup) { StreamPrefix = name + "/", From = since, Backward = true, Limit = limit }, ct).ConfigureAwait(false);
        if (page.Lines.Count == 0 && (await GetAsync(name, ct).ConfigureAwait(false)).Error is { } missing) return missing;
        return new EndpointLog([.. page.Lines.Select(l => new RunLogLine(l.Time, l.Message))], !page.AtEnd);
    }

    public async Task<Result<PredictionReply>> PredictAsync(string name, PredictionRequest request, CancellationToken ct = default)
    {
        using var reply = await endpoints.InvokeAsync(OnPremisesCloud.Id(name), new Invocation
        {
            Body = request.Body,
            ContentType = request.ContentType,
            Accept = request.Accept,
            TargetVariant = request.Variant,
        }, ct).ConfigureAwait(false);
        return reply.Error is { } error ? error : new PredictionReply(reply.Body.ToArray(), reply.ContentType, reply.InvokedVariant);
    }

    private static DeployedEndpoint Shown(EndpointInfo info) => new(
        info.Spec.Name,
        info.State switch
        {
            EndpointState.Creating => DeploymentState.Creating,
            EndpointState.InService => DeploymentState.InService,
            EndpointState.Updating or EndpointState.RollingBack => DeploymentState.Updating,
            EndpointState.Deleting => DeploymentState.Deleting,
            _ => DeploymentState.Failed,
        },
        info.Reason, info.Created, [.. info.Variants.Where(v => !v.Shadow).Select(v => new DeployedVariant(v.Name, v.CurrentWeight, v.CurrentCount))]);
}

using Isobar.Aws.ApplicationAutoScaling;
using Isobar.Aws.CloudWatch;
using Isobar.Aws.Tests.SageMaker;
using Isobar.Core.Results;
using Isobar.Engine.Metrics;
using Isobar.Engine.Serving;
using Isobar.Engine.State;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Aws.Tests.ApplicationAutoScaling;

public sealed class ScalerTests : IAsyncDisposable
{
    private const string Place = "000000000000/us-east-1", Resource = "endpoint/e/variant/v";
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private readonly EmulatorFixture _emulator = new();
    private readonly FakeTimeProvider _time = new(Start);
    private readonly OneEndpoint _endpoint = new();

    [Fact]
    public async Task Evaluate_LoadThenQuiet_ScalesOutAndBackInOnce()
    {
        var (scaler, store) = await SetUpAsync();

        await LoadAsync(scaler, minutes: 2, perInstance: 300);
        Assert.Equal(1, _endpoint.Count);
        await LoadAsync(scaler, minutes: 2, perInstance: 300);
        Assert.Equal(3, _endpoint.Count);
        // The cooldown holds although the load stays.
        await LoadAsync(scaler, minutes: 2, perInstance: 300);
        Assert.Equal(3, _endpoint.Count);
        await LoadAsync(scaler, minutes: 16, perInstance: 0);
        Assert.Equal(1, _endpoint.Count);

        var activities = await store.ActivitiesAsync(Place, Resource, default);
        Assert.Equal(["Setting desired instance count to 1.", "Setting desired instance count to 3."], activities.Select(a => a.Description));
    }

    [Fact]
    public async Task Evaluate_FarAboveTarget_StopsAtTheMaximum()
    {
        var (scaler, _) = await SetUpAsync();

        await LoadAsync(scaler, minutes: 4, perInstance: 10_000);

        Assert.Equal(4, _endpoint.Count);
    }

    private async Task<(Scaler, ScalingStore)> SetUpAsync()
    {
        var store = new ScalingStore(_emulator.Get<IStateStore>());
        await store.PutAsync(Place, new ScalableTarget
        {
            ServiceNamespace = "sagemaker", ResourceId = Resource, ScalableDimension = "sagemaker:variant:DesiredInstanceCount", MinCapacity = 1, MaxCapacity = 4,
            RoleARN = "r", CreationTime = Start, SuspendedState = new SuspendedState(), ScalableTargetARN = "t",
        }, default);
        await store.PutAsync(Place, new ScalingPolicy
        {
            PolicyARN = "p", PolicyName = "track", ServiceNamespace = "sagemaker", ResourceId = Resource, ScalableDimension = "sagemaker:variant:DesiredInstanceCount", PolicyType = "TargetTrackingScaling", CreationTime = Start,
            TargetTrackingScalingPolicyConfiguration = new TargetTrackingScalingPolicyConfiguration { TargetValue = 100, PredefinedMetricSpecification = new PredefinedMetricSpecification { PredefinedMetricType = "SageMakerVariantInvocationsPerInstance" } },
        }, default);
        return (new Scaler(store, _endpoint, _emulator.Get<IMetricStore>(), _time, NullLogger<Scaler>.Instance), store);
    }

    private async Task LoadAsync(Scaler scaler, int minutes, double perInstance)
    {
        var id = MetricQueries.IdOf("AWS/SageMaker", "InvocationsPerInstance", [new Dimension { Name = "EndpointName", Value = "e" }, new Dimension { Name = "VariantName", Value = "v" }]);
        for (var i = 0; i < minutes; i++)
        {
            if (perInstance > 0) _emulator.Get<IMetricStore>().Record(id, perInstance, time: _time.GetUtcNow());
            _time.Advance(TimeSpan.FromMinutes(1));
            await scaler.EvaluateAsync(default);
        }
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    private sealed class OneEndpoint : IEndpoints
    {
        public int Count { get; private set; } = 1;

        public Task<Result<EndpointInfo>> GetAsync(string id, CancellationToken ct) => Task.FromResult<Result<EndpointInfo>>(new EndpointInfo
        {
            Spec = new EndpointSpec { Id = id, Owner = "aws", Name = "e", Variants = [] }, State = EndpointState.InService, Created = Start, Updated = Start,
            Variants = [new VariantStatus("v", 1, 1, Count, Count)],
        });

        public Task<Result<EndpointInfo>> SetWeightsAndCapacitiesAsync(string id, IReadOnlyList<VariantChange> changes, CancellationToken ct)
        {
            Count = changes[0].Count!.Value;
            return GetAsync(id, ct);
        }

        public Task<Result<EndpointInfo>> CreateAsync(EndpointSpec spec, CancellationToken ct) => throw new NotSupportedException();
        public Task<Result<EndpointInfo>> UpdateAsync(EndpointSpec spec, bool keepCapacity, CancellationToken ct) => throw new NotSupportedException();
        public Task<Result<Done>> DeleteAsync(string id, CancellationToken ct) => throw new NotSupportedException();
        public Task<IReadOnlyList<EndpointInfo>> ListAsync(string idPrefix, CancellationToken ct) => throw new NotSupportedException();
        public Task<Result<EndpointInfo>> WaitAsync(string id, CancellationToken ct) => throw new NotSupportedException();
        public ValueTask<InvocationReply> InvokeAsync(string id, Invocation invocation, CancellationToken ct) => throw new NotSupportedException();
        public Task<StreamingReply> InvokeStreamAsync(string id, Invocation invocation, CancellationToken ct) => throw new NotSupportedException();
    }
}

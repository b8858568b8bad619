using Isobar.MultiCloud.Alerts;
using Isobar.MultiCloud.Audit;
using Isobar.MultiCloud.Batches;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Costs;
using Isobar.MultiCloud.Logs;
using Isobar.MultiCloud.Monitoring;
using Isobar.MultiCloud.Monitoring.Quality;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Placement;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Isobar.MultiCloud;

/// <summary>Registers the control plane.</summary>
public static class MultiCloudRegistration
{
    /// <summary>Adds it over the <see cref="IClouds"/>, <see cref="IControlStore"/>, <see cref="IPriceTable"/> and <see cref="IUsage"/> of whoever composes it.</summary>
    public static IServiceCollection AddControlPlane(this IServiceCollection services, ControlPlaneOptions options) => services
        .AddSingleton(options)
        .AddSingleton(p => new Installation(options, p.GetService<ISharedFiles>()))
        .AddSingleton(p => new Artifacts(options, p.GetService<ISharedFiles>()))
        .AddSingleton(p => new Signing(options, p.GetService<ISharedFiles>()))
        .AddSingleton<AuditLog>()
        .AddSingleton<Versions>()
        .AddSingleton<Blocks>()
        .AddSingleton<Events>()
        .AddSingleton<Placing>()
        .AddSingleton<Allowances>()
        .AddSingleton<Planner>()
        .AddSingleton<CostBook>()
        .AddSingleton<BudgetGuard>()
        .AddSingleton<DataSync>()
        .AddSingleton<Deliveries>()
        .AddSingleton<Derived>()
        .AddSingleton<Checkpoints>()
        .AddSingleton<TrainingStep>()
        .AddSingleton<Scaler>()
        .AddSingleton<ServingStep>()
        .AddSingleton<Trials>()
        .AddSingleton<Publication>()
        .AddSingleton(p => new DriftWatch(p.GetRequiredService<IClouds>(), p.GetRequiredService<IControlStore>(), p.GetRequiredService<Deliveries>(), p.GetRequiredService<Derived>(), p.GetRequiredService<Artifacts>(), p.GetRequiredService<Versions>(),
            p.GetRequiredService<Events>(), options, p.GetRequiredService<TimeProvider>()))
        .AddSingleton<BatchStep>()
        .AddSingleton(p => new BatchBook(p.GetRequiredService<IClouds>(), p.GetRequiredService<IPriceTable>(), p.GetRequiredService<IControlStore>(), p.GetRequiredService<Artifacts>(), p.GetRequiredService<Versions>(), p.GetRequiredService<Blocks>(),
            p.GetRequiredService<BudgetGuard>(), p.GetRequiredService<AuditLog>(), p.GetRequiredService<BatchStep>(), options, p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<BatchBook>>(), p.GetService<IProjectTurns>()))
        .AddSingleton<Evaluations>()
        .AddSingleton<Removal>()
        .AddSingleton(p => new Reconciler(p.GetRequiredService<IClouds>(), p.GetRequiredService<IControlStore>(), p.GetRequiredService<TrainingStep>(), p.GetRequiredService<ServingStep>(), p.GetRequiredService<Trials>(), p.GetRequiredService<DriftWatch>(), p.GetRequiredService<Evaluations>(), p.GetRequiredService<BudgetGuard>(), p.GetRequiredService<Removal>(), p.GetRequiredService<Publication>(),
            p.GetRequiredService<Versions>(), p.GetRequiredService<Events>(), options, p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<Reconciler>>(), p.GetService<IProjectTurns>()))
        .AddSingleton<QualityBook>()
        .AddSingleton<ControlPlane>()
        .AddSingleton<LogBook>()
        .AddSingleton<Adviser>()
        .AddSingleton<ObjectiveWatch>()
        .AddSingleton<AlertDelivery>();
}

using Isobar.MultiCloud;
using Isobar.MultiCloud.Costs;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Placement;
using Isobar.MultiCloud.State;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Control;

/// <summary>Composes the control plane of this server.</summary>
internal static class ControlRegistration
{
    public static IServiceCollection AddControl(this IServiceCollection services, string dataDirectory) => services
        .AddControlPlane(new ControlPlaneOptions { Directory = Path.Combine(dataDirectory, "control") })
        .AddSingleton<IControlStore, ControlStore>()
        .AddSingleton<IPriceTable, PriceTable>()
        .AddSingleton<MetersElsewhere>()
        .AddSingleton<IUsage, MeteredUsage>()
        .AddSingleton<IServicePublisher, GatewayPublisher>()
        .AddSingleton<Idempotency>()
        .AddHostedService<ReconcilerHost>()
        .AddHostedService<BatchHost>()
        .AddHostedService<AlertHost>()
        .AddHostedService<ObjectiveHost>()
        .AddOpenApi("v1", o => o.AddOperationTransformer(Changes.DescribeAsync).AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Isobar control plane";
            document.Info.Description = "Manifests, models, versions, costs and the audit log of all clouds. Changes take an Idempotency-Key; If-Match guards against lost updates.";
            return Task.CompletedTask;
        }));
}

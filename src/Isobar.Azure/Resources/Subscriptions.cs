using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Resources;

/// <summary>Subscriptions: every id is one, since nobody is billed; those are listed in which something lies, and the default one.</summary>
internal sealed class Subscriptions(ArmStore store, ArmKinds kinds)
{
    public const string Default = "00000000-0000-0000-0000-000000000000";
    public const string Tenant = "11111111-1111-1111-1111-111111111111";

    public async Task<ArmReply> ListAsync(ArmCall call)
    {
        var used = (await store.BelowAsync("/subscriptions", call.Ct).ConfigureAwait(false)).Select(r => r.Path.Subscription.ToLowerInvariant());
        return await call.PageAsync([.. used.Append(Default).Distinct().Order(StringComparer.Ordinal)], ids => Task.FromResult(new JsonArray([.. ids.Select(Show)]))).ConfigureAwait(false);
    }

    public Task<ArmReply> GetAsync(ArmCall call) => Task.FromResult(ArmReply.Ok(Show(call.Id.Subscription)));

    public Task<ArmReply> TenantsAsync(ArmCall call) => Task.FromResult(ArmReply.Ok(new JsonObject
    {
        ["value"] = new JsonArray(new JsonObject { ["id"] = $"/tenants/{Tenant}", ["tenantId"] = Tenant, ["displayName"] = "Isobar", ["tenantCategory"] = "Home" }),
    }));

    /// <summary>Reads any resource by its id; what has no provider here is told apart from what is missing.</summary>
    public Task AnyAsync(HttpContext http) => ArmRoutes.RunAsync(http, () => ArmId.TryParse(http.Request.Path.Value) ?? ArmId.Parse("/subscriptions/" + Default), async call =>
    {
        var id = ArmId.TryParse(http.Request.Path.Value);
        if (id?.Namespace is { Length: > 0 } name && !kinds.KnowsNamespace(name))
            throw new ArmFault(404, "InvalidResourceNamespace", $"The resource namespace '{name}' is not emulated here.", id.Text);
        if (id is { IsResource: true } && http.Request.Method == HttpMethods.Get && kinds.Knows(id.Type))
        {
            var resource = await store.GetAsync(id, call.Ct).ConfigureAwait(false);
            return ArmReply.Ok(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource);
        }
        throw id is { IsResource: true } && !kinds.Knows(id.Type)
            ? new ArmFault(404, "InvalidResourceType", $"The resource type '{id.Type}' is not emulated for api version '{call.ApiVersion}'.", id.Text)
            : new ArmFault(404, "NotFound", $"No operation of an emulated resource provider answers {http.Request.Method} {http.Request.Path}.");
    });

    private static JsonNode Show(string id) => new JsonObject
    {
        ["id"] = $"/subscriptions/{id}",
        ["subscriptionId"] = id,
        ["tenantId"] = Tenant,
        ["displayName"] = "Isobar",
        ["state"] = "Enabled",
        ["authorizationSource"] = "RoleBased",
    };
}

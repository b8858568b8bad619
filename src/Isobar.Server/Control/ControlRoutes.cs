using System.Globalization;
using Isobar.Core.Results;
using Isobar.MultiCloud.Alerts;
using Isobar.MultiCloud.Audit;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Control;

/// <summary>The control plane's API: projects, versions, clouds, events and the audit log.</summary>
internal static class ControlRoutes
{
    public static void MapControl(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json");
        var api = routes.MapGroup("/v1").WithTags("control plane");
        api.MapGet("/manifest-schema", () => Results.Text(ManifestSchema.Create().ToJsonString(), "application/schema+json")).WithSummary("The JSON Schema of manifests");
        api.MapPost("/plans", PlanAsync).WithSummary("What applying a manifest would do and cost").Accepts<Manifest>("application/json", "application/yaml", "text/plain").Produces<Plan>().ProducesProblem(400).ProducesProblem(409);
        api.MapGet("/projects", ListAsync).WithSummary("All projects").Produces<IReadOnlyList<ProjectReply>>();
        api.MapGet("/projects/{name}", GetAsync).WithSummary("A project and how far it has come; the ETag is its version").Produces<ProjectReply>().ProducesProblem(404);
        api.MapPut("/projects/{name}", ApplyAsync).AsChange(guarded: true).WithSummary("Applies a manifest; If-Match or If-None-Match guard against lost updates").Accepts<Manifest>("application/json", "application/yaml", "text/plain").Produces<ProjectReply>().ProducesProblem(400).ProducesProblem(409).ProducesProblem(412);
        api.MapDelete("/projects/{name}", DestroyAsync).AsChange(guarded: true).WithSummary("Has everything of a project taken down").Produces<ProjectReply>(202).ProducesProblem(404).ProducesProblem(412);
        api.MapMethods("/artifacts/{sha256}", ["HEAD"], async (string sha256, Artifacts artifacts, CancellationToken ct) => await artifacts.HasAsync(sha256, ct).ConfigureAwait(false) ? Results.Ok() : Results.NotFound()).WithSummary("Whether a file is there");
        api.MapPut("/artifacts/{sha256}", UploadAsync).WithSummary("Uploads a data set by its digest").Accepts<Stream>("application/octet-stream").ProducesProblem(400);
        api.MapGet("/models/{project?}", async (string? project, Versions versions, CancellationToken ct) => Results.Json(await versions.ListAsync(project, ct: ct), ControlJson.Default.IReadOnlyListModelVersion)).WithSummary("Versions of models, newest first").Produces<IReadOnlyList<ModelVersion>>();
        api.MapPost("/models/{project}/{model}/promote", PromoteAsync).AsChange().WithSummary("Puts a version into production").Produces<ModelVersion>().ProducesProblem(404).ProducesProblem(409);
        api.MapPost("/models/{project}/{model}/rollback", RollbackAsync).AsChange().WithSummary("Puts the version before back into production").Produces<ModelVersion>().ProducesProblem(404).ProducesProblem(409);
        api.MapGet("/clouds", CloudsAsync).WithSummary("The clouds that may be used").Produces<IReadOnlyList<CloudReply>>();
        api.MapGet("/events", async (string? project, int? limit, Events events, CancellationToken ct) => Results.Json(await events.ListAsync(project, Math.Clamp(limit ?? 100, 1, 1000), ct), OrchestrationJson.Default.IReadOnlyListControlEvent)).WithSummary("What happened of late, newest first").Produces<IReadOnlyList<ControlEvent>>();
        api.MapGet("/objectives", (ObjectiveWatch watch) => Results.Json(watch.Now, ObjectivesJson.Default.IReadOnlyListObjectiveStanding)).WithSummary("What services promise, and how they keep it").Produces<IReadOnlyList<ObjectiveStanding>>();
        api.MapGet("/audit", async (int? limit, AuditLog audit, CancellationToken ct) => Results.Json(await audit.ListAsync(Math.Clamp(limit ?? 100, 1, 10_000), ct), AuditJson.Default.IReadOnlyListAuditEntry)).WithSummary("Who changed what, newest first").Produces<IReadOnlyList<AuditEntry>>();
        api.MapGet("/audit/verify", async (AuditLog audit, CancellationToken ct) => Results.Json(await audit.VerifyAsync(ct), AuditJson.Default.AuditCheck)).WithSummary("Whether the audit log is whole").Produces<AuditCheck>();
    }

    internal static string Caller(HttpContext http) => http.User.Identity?.Name ?? http.Request.Headers["X-Isobar-User"].FirstOrDefault() ?? "somebody";

    private static async Task<IResult> PlanAsync(HttpContext http, Planner planner, IClouds clouds, CancellationToken ct)
    {
        if (!(await ManifestAsync(http, clouds, ct).ConfigureAwait(false)).TryGet(out var manifest, out var faulty)) return Problems.Of(faulty);
        return (await planner.PlanAsync(manifest, ct).ConfigureAwait(false)).TryGet(out var plan, out var error) ? Results.Json(plan, PlanJson.Default.Plan) : Problems.Of(error);
    }

    private static async Task<IResult> ListAsync(ControlPlane control, CancellationToken ct)
    {
        var models = (await control.ModelsAsync(ct: ct).ConfigureAwait(false)).ToLookup(m => m.Project);
        return Results.Json((IReadOnlyList<ProjectReply>)[.. (await control.ListAsync(ct).ConfigureAwait(false)).Select(p => Reply(p, [.. models[p.Id]]))], ControlJson.Default.IReadOnlyListProjectReply);
    }

    private static async Task<IResult> GetAsync(HttpContext http, string name, ControlPlane control, CancellationToken ct) =>
        await control.GetAsync(name, ct).ConfigureAwait(false) is { } project ? await AnswerAsync(http, project, control, 200, ct).ConfigureAwait(false) : Problems.Of(Error.NotFound($"The project {name}"));

    private static async Task<IResult> ApplyAsync(HttpContext http, string name, ControlPlane control, IClouds clouds, CancellationToken ct)
    {
        if (!(await ManifestAsync(http, clouds, ct).ConfigureAwait(false)).TryGet(out var manifest, out var faulty)) return Problems.Of(faulty);
        if (manifest.Name != name) return Problems.Of(Error.Invalid("name", manifest.Name, $"The manifest is of {manifest.Name}, the address of {name}."));
        if (!Expected(http).TryGet(out var expected, out var bad)) return Problems.Of(bad);
        var applied = await control.ApplyAsync(manifest, Caller(http), expected.Version, ct).ConfigureAwait(false);
        return applied.TryGet(out var project, out var error) ? await AnswerAsync(http, project, control, 200, ct).ConfigureAwait(false) : Problems.Of(error);
    }

    private static async Task<IResult> DestroyAsync(HttpContext http, string name, ControlPlane control, CancellationToken ct)
    {
        if (!Expected(http).TryGet(out var expected, out var bad)) return Problems.Of(bad);
        return (await control.DestroyAsync(name, Caller(http), expected.Version, ct).ConfigureAwait(false)).TryGet(out var project, out var error) ? await AnswerAsync(http, project, control, 202, ct).ConfigureAwait(false) : Problems.Of(error);
    }

    private static async Task<IResult> UploadAsync(HttpContext http, string sha256, Artifacts artifacts, CancellationToken ct)
    {
        if (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigitLower)) return Problems.Of(Error.Invalid("sha256", sha256, $"'{sha256}' is no SHA-256; it has 64 hexadecimal digits in lower case."));
        return (await artifacts.PutAsync(http.Request.Body, sha256, ct).ConfigureAwait(false)).Error is { } error ? Problems.Of(error) : Results.NoContent();
    }

    private static async Task<IResult> PromoteAsync(HttpContext http, string project, string model, PromoteRequest request, Versions versions, Reconciler reconciler, CancellationToken ct) =>
        Promoted(await versions.PromoteAsync(project, model, request.Version, Caller(http), request.Force, ct).ConfigureAwait(false), reconciler);

    private static async Task<IResult> RollbackAsync(HttpContext http, string project, string model, Versions versions, Reconciler reconciler, CancellationToken ct) =>
        Promoted(await versions.RollbackAsync(project, model, Caller(http), ct).ConfigureAwait(false), reconciler);

    private static IResult Promoted(Result<ModelVersion> promoted, Reconciler reconciler)
    {
        if (!promoted.TryGet(out var version, out var error)) return Problems.Of(error);
        reconciler.Wake();
        return Results.Json(version, ControlJson.Default.ModelVersion);
    }

    private static async Task<IResult> CloudsAsync(IClouds clouds, Blocks blocks, CancellationToken ct)
    {
        var (blocked, machines) = (await blocks.CloudsAsync(ct).ConfigureAwait(false), await blocks.MachinesAsync(ct).ConfigureAwait(false));
        return Results.Json((IReadOnlyList<CloudReply>)[.. clouds.All.Select(c => new CloudReply(c.Name, c.Kind, c.Region, c.Endpoint?.ToString(), c.Emulated, blocked.GetValueOrDefault(c.Name)?.Until, blocked.GetValueOrDefault(c.Name)?.Reason)
        {
            Machines = [.. machines.Where(b => b.Cloud == c.Name).Select(b => new BlockedMachine(b.Sku!, b.Region!, b.Spot, b.Until, b.Reason))],
        })], ControlJson.Default.IReadOnlyListCloudReply);
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, Stored<Project> project, ControlPlane control, int status, CancellationToken ct)
    {
        http.Response.Headers.ETag = $"\"{project.Version.ToString(CultureInfo.InvariantCulture)}\"";
        var models = await control.ModelsAsync(project.Id, ct).ConfigureAwait(false);
        return Results.Json(Reply(project, models) with { Stopped = await control.StoppedAsync(project.Value, models, ct).ConfigureAwait(false) }, ControlJson.Default.ProjectReply, statusCode: status);
    }

    private static ProjectReply Reply(Stored<Project> project, IReadOnlyList<ModelStanding> models)
    {
        var (stored, manifest) = (project.Value, project.Value.Manifest);
        return new(project.Id, project.Version, stored.Revision, stored.Applied, stored.AppliedBy, stored.Leaving, !stored.Leaving && Standing.IsSettled(manifest, models), manifest, models);
    }

    // YAML says where a fault is; JSON is YAML too.
    private static async Task<Result<Manifest>> ManifestAsync(HttpContext http, IClouds clouds, CancellationToken ct)
    {
        using var reader = new StreamReader(http.Request.Body, leaveOpen: true);
        var (manifest, faults) = ManifestReader.Read(await reader.ReadToEndAsync(ct).ConfigureAwait(false), [.. clouds.All.Select(c => c.Name)]);
        return manifest is null ? ManifestFault.ToError(faults) : manifest;
    }

    private static Result<(long? Version, bool Any)> Expected(HttpContext http)
    {
        if (http.Request.Headers.IfNoneMatch.FirstOrDefault() == "*") return (0L, false);
        if (http.Request.Headers.IfMatch.FirstOrDefault() is not { Length: > 0 } tag || tag == "*") return ((long?)null, true);
        return long.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? ((long?)version, false) : Error.Invalid("If-Match", tag, $"'{tag}' is no ETag of a project.");
    }
}

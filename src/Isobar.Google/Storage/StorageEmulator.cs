using System.Text.Json.Nodes;
using Isobar.Engine.Metering;
using Isobar.Engine.Objects;
using Isobar.Google.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Isobar.Google.Storage;

/// <summary>Cloud Storage's JSON API, and as much of its XML API as signed URLs need, over the engine's object store.</summary>
internal sealed class StorageEmulator(IObjectStore objects, ResumableUploads uploads, ServiceAccount account, TimeProvider time, ILogger<StorageEmulator> log, IMeter? meter = null)
{
    private readonly StorageUsage? _usage = meter is null ? null : new(objects, meter);
    /// <summary>Whether a request is the JSON API's.</summary>
    public static bool Matches(HttpRequest request) => StorageTarget.Of(request) is not null;

    /// <summary>Answers; false where the path is no bucket's either.</summary>
    public async Task<bool> HandleAsync(HttpContext http)
    {
        if ((StorageTarget.Of(http.Request) ?? StorageTarget.OfXml(http.Request)) is not { } target) return false;
        // Objects are as large as the service allows and as slow as the client: the limits meant for documents would cut them off.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
        var call = new StorageCall(http, objects, time, uploads, target);
        if (await AnswerAsync(call).ConfigureAwait(false) is { } error) await WriteErrorAsync(call, error).ConfigureAwait(false);
        return true;
    }

    private async Task<StorageError?> AnswerAsync(StorageCall call)
    {
        try
        {
            if (call.Target.Surface == StorageSurface.Batch) return StorageError.Unsupported("batch");
            if (Unkept(call) is { } unkept) return unkept;
            if (call.Target.Surface == StorageSurface.Xml)
            {
                call.Values = call.Target.Segments;
                return SignedUrl.Check(call, account) ?? await XmlObjects.HandleAsync(call).ConfigureAwait(false);
            }
            if (StorageRoutes.Find(call.Target, call.Request.Method) is not { } route) return new StorageError(404, "notFound", $"No method of Cloud Storage answers {call.Request.Method} {call.Request.Path}.");
            if (route.Handler is null) return StorageError.Unsupported(route.Method);
            call.Values = route.Values(call.Target);
            // A client that began by POST may go on by POST.
            if (route.Method == "objects.insert" && call.Query("upload_id") is not null) return await uploads.ContinueAsync(call).ConfigureAwait(false);
            var error = await route.Handler(call).ConfigureAwait(false);
            if (_usage is not null && error is null) await _usage.PostAsync(call, route).ConfigureAwait(false);
            return error;
        }
        catch (OperationCanceledException) when (call.Aborted.IsCancellationRequested)
        {
            return null;
        }
        catch (BadHttpRequestException e)
        {
            return new StorageError(e.StatusCode, "badRequest", e.Message);
        }
        catch (IOException e) when (!call.Response.HasStarted)
        {
            // A multipart body that ends before its last boundary, or a composition whose source is gone.
            return new StorageError(400, "badRequest", e.Message);
        }
        catch (Exception e) when (!call.Response.HasStarted)
        {
            log.LogError(e, "{Method} {Path} failed", call.Request.Method, call.Request.Path);
            return new StorageError(500, "backendError", "Backend Error");
        }
    }

    // What a caller would rely on and what is not done here: keys of one's own, and access lists of single objects.
    private static StorageError? Unkept(StorageCall call)
    {
        foreach (var header in call.Request.Headers.Keys)
            if (header.StartsWith("x-goog-encryption-", StringComparison.OrdinalIgnoreCase) || header.StartsWith("x-goog-copy-source-encryption-", StringComparison.OrdinalIgnoreCase)) return StorageError.Unsupported($"* with {header}: objects are not encrypted by keys of one's own");
        foreach (var name in new[] { "kmsKeyName", "destinationKmsKeyName" })
            if (call.Query(name) is { Length: > 0 }) return StorageError.Unsupported($"* with {name}: objects are not encrypted by keys of one's own");
        foreach (var name in new[] { "predefinedAcl", "destinationPredefinedAcl", "predefinedDefaultObjectAcl" })
            if (call.Query(name) is { Length: > 0 }) return new StorageError(400, "invalid", $"Cannot use {name}: buckets have uniform bucket-level access here; give roles in the bucket's policy.") { Location = name, LocationType = "parameter" };
        return null;
    }

    private static async Task WriteErrorAsync(StorageCall call, StorageError error)
    {
        if (call.Response.HasStarted)
        {
            call.Http.Abort();
            return;
        }
        foreach (var (name, value) in error.Headers) call.Response.Headers[name] = value;
        call.Response.StatusCode = error.Status;
        if (call.Request.Method == "HEAD" || error.Status == 304) return;
        var fault = new JsonObject { ["message"] = error.Message, ["domain"] = "global", ["reason"] = error.Reason };
        if (error.Location is not null) (fault["location"], fault["locationType"]) = (error.Location, error.LocationType);
        call.Response.ContentType = "application/json; charset=UTF-8";
        var document = new JsonObject { ["error"] = new JsonObject { ["code"] = error.Status, ["message"] = error.Message, ["errors"] = new JsonArray(fault) } };
        await call.Response.WriteAsync(document.ToJsonString()).ConfigureAwait(false);
    }
}

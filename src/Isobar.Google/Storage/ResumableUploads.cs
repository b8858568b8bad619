using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Isobar.Engine;
using Isobar.Engine.Objects;
using Isobar.Engine.State;
using Microsoft.AspNetCore.Http;

namespace Isobar.Google.Storage;

/// <summary>
/// Uploads that go on where they were cut off. What has arrived is kept byte by byte in a file, also of a request that broke in the middle,
/// and is synced before it is acknowledged; the object appears with the last byte.
/// </summary>
internal sealed class ResumableUploads(EngineOptions options, IStateStore state, TimeProvider time)
{
    private const int Granule = 256 * 1024;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);
    private readonly string _folder = Path.Combine(options.DataDirectory, "google", "uploads");
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _locks = new();
    private int _swept;

    public async Task<StorageError?> StartAsync(StorageCall call)
    {
        if (call.Request.Method is not "POST") return new StorageError(400, "badRequest", "A resumable upload is started by POST.");
        var (document, bad) = await call.ReadDocumentAsync().ConfigureAwait(false);
        if (document is null) return bad;
        if ((call.Query("name") ?? (document["name"] as JsonValue)?.ToString()) is not { Length: > 0 } name) return StorageError.Required("name");
        return await StartAsync(call, name, document).ConfigureAwait(false);
    }

    public async Task<StorageError?> StartAsync(StorageCall call, string name, JsonObject document)
    {
        var (_, invalid) = ObjectResource.ToPut(document, null);
        var (conditions, worse) = Preconditions.Of(call);
        if ((invalid ?? worse) is { } wrong) return wrong;
        var bucket = await call.Objects.GetBucketAsync(call.Bucket, call.Aborted).ConfigureAwait(false);
        if (!bucket.TryGet(out _, out var missing)) return StorageError.From(missing, call.BucketId, name);
        var current = await call.Objects.HeadAsync(call.Bucket, name, ct: call.Aborted).ConfigureAwait(false);
        if (conditions!.Check(current.TryGet(out var there, out _) ? there : null) is { } miss) return miss;

        if (Interlocked.Exchange(ref _swept, 1) == 0) await SweepAsync(call.Aborted).ConfigureAwait(false);
        if (call.Query("contentEncoding") is { } encoding) document["contentEncoding"] ??= encoding;
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        Directory.CreateDirectory(_folder);
        await File.WriteAllBytesAsync(PathOf(id), [], call.Aborted).ConfigureAwait(false);
        await state.PutAsync(UploadSession.Collection, id, new UploadSession
        {
            Bucket = call.BucketId,
            Name = name,
            Document = document.ToJsonString(),
            ContentType = call.Header("X-Upload-Content-Type"),
            Conditions = conditions,
            Created = time.GetUtcNow(),
        }, call.Aborted).ConfigureAwait(false);
        call.Response.Headers.Location = $"{call.Root}/upload/storage/v1/b/{Uri.EscapeDataString(call.BucketId)}/o?uploadType=resumable&name={Uri.EscapeDataString(name)}&upload_id={id}";
        call.Response.Headers["X-GUploader-UploadID"] = id;
        call.Response.StatusCode = call.Target.Surface == StorageSurface.Xml ? 201 : 200;
        return null;
    }

    // 1. Find the session. 2. Answer what only asks. 3. Take the bytes in. 4. With the last one, store the object.
    public async Task<StorageError?> ContinueAsync(StorageCall call)
    {
        // 1.
        var id = call.Query("upload_id") ?? "";
        var gate = _locks.GetOrAdd(id, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(call.Aborted).ConfigureAwait(false);
        try
        {
            if (id.Length != 48 || !id.All(char.IsAsciiHexDigitLower) || await state.GetAsync(UploadSession.Collection, id, call.Aborted).ConfigureAwait(false) is not { Value: var session })
                return new StorageError(404, "notFound", "The upload does not exist; it may have ended, been cancelled or expired.");
            if (session.Generation is { } made) return await AnswerAsync(call, session, made).ConfigureAwait(false);
            if (ContentRange.Parse(call.Header("Content-Range"), call.Request.ContentLength) is not { } range)
                return new StorageError(400, "invalid", $"Failed to parse Content-Range header: {call.Header("Content-Range")}") { Location = "Content-Range", LocationType = "header" };

            // 2.
            var arrived = new FileInfo(PathOf(id)).Length;
            if (range.First is { } from)
            {
                if (from > arrived) return Pending(call, arrived);
                if (range is { Last: { } to, Total: null } && (to - from + 1) % Granule != 0)
                    return new StorageError(400, "invalid", $"Invalid request. The number of bytes of all chunks but the last must be a multiple of {Granule}; this one has {to - from + 1}.");

                // 3.
                var (now, whole) = await TakeAsync(call, id, from, arrived).ConfigureAwait(false);
                arrived = now;
                // Where neither the last byte nor the size was told, the end of the body is the end of the object.
                if (whole && range is { Last: null, Total: null }) range = range with { Total = arrived };
                if (!whole) return null;
            }
            if (range.Total is not { } total || arrived < total) return Pending(call, arrived);
            if (arrived > total) return new StorageError(400, "invalid", $"The upload was announced with {total} bytes and {arrived} arrived.");

            // 4.
            return await FinishAsync(call, id, session).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    public async Task<StorageError?> CancelAsync(StorageCall call)
    {
        if (call.Query("upload_id") is not { Length: 48 } id || !await state.DeleteAsync(UploadSession.Collection, id, call.Aborted).ConfigureAwait(false))
            return new StorageError(404, "notFound", "The upload does not exist.");
        Forget(id);
        call.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        return null;
    }

    /// <summary>Appends the bytes that are new; tells how many there are now, and whether the request came to its end.</summary>
    private async Task<(long Arrived, bool Whole)> TakeAsync(StorageCall call, string id, long first, long arrived)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Granule);
        await using var file = new FileStream(PathOf(id), FileMode.Append, FileAccess.Write, FileShare.Read, 0, FileOptions.Asynchronous);
        try
        {
            var place = first;
            for (int read; (read = await call.Request.Body.ReadAsync(buffer, call.Aborted).ConfigureAwait(false)) > 0; place += read)
            {
                // A client that did not hear how far it got sends some of it again.
                var known = (int)Math.Clamp(arrived - place, 0, read);
                if (arrived + read - known > StorageNames.MaxObject) throw new BadHttpRequestException("An object takes at most 5 TiB.", StatusCodes.Status413PayloadTooLarge);
                await file.WriteAsync(buffer.AsMemory(known, read - known), CancellationToken.None).ConfigureAwait(false);
                arrived += read - known;
            }
            return (arrived, true);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException and not BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            // The connection broke: what has come is kept, for the client to go on from.
            return (arrived, false);
        }
        finally
        {
            file.Flush(flushToDisk: true);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<StorageError?> FinishAsync(StorageCall call, string id, UploadSession session)
    {
        var (put, bad) = ObjectResource.ToPut((JsonObject)JsonNode.Parse(session.Document)!, session.ContentType ?? call.Header("Content-Type"));
        if (put is null) return bad;
        await using var content = new FileStream(PathOf(id), FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var (info, error) = await ObjectUploads.StoreAsync(call, session.Name, content, ObjectUploads.WithHashes(call, put), session.Conditions!).ConfigureAwait(false);
        if (info is null) return error;
        // A client that missed the answer asks again, and hears the same.
        await state.PutAsync(UploadSession.Collection, id, session with { Generation = info.Generation, Document = "{}" }, CancellationToken.None).ConfigureAwait(false);
        Forget(id);
        return await call.WriteAsync(info.ToJson(call)).ConfigureAwait(false);
    }

    private static async Task<StorageError?> AnswerAsync(StorageCall call, UploadSession session, long generation)
    {
        var (info, error) = await ObjectReads.FindAsync(call, call.Bucket, session.Name, generation).ConfigureAwait(false);
        return info is null ? error : await call.WriteAsync(info.ToJson(call)).ConfigureAwait(false);
    }

    private static StorageError? Pending(StorageCall call, long arrived)
    {
        call.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        if (arrived > 0) call.Response.Headers.Range = $"bytes=0-{arrived - 1}";
        call.Response.ContentLength = 0;
        return null;
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        var oldest = time.GetUtcNow() - Lifetime;
        foreach (var document in await state.ListAsync(UploadSession.Collection, ct: ct).ConfigureAwait(false))
        {
            if (document.Value.Created >= oldest) continue;
            await state.DeleteAsync(UploadSession.Collection, document.Id, ct).ConfigureAwait(false);
            Forget(document.Id);
        }
    }

    private void Forget(string id)
    {
        File.Delete(PathOf(id));
        _locks.TryRemove(id, out _);
    }

    private string PathOf(string id) => Path.Combine(_folder, id);
}

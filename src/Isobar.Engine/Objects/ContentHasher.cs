using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace Isobar.Engine.Objects;

/// <summary>Computes, in one pass, the MD5 (ETag), the SHA-256 (address) and every checksum that was asked for.</summary>
internal sealed class ContentHasher : IDisposable
{
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash? _sha1;
    private readonly Crc32? _crc32;
    private readonly Crc32? _crc32C;
    private readonly Crc64? _crc64Nvme;
    private readonly HashSet<string> _wanted;

    public ContentHasher(IEnumerable<string> wanted)
    {
        _wanted = [.. wanted];
        if (_wanted.Contains("sha1")) _sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        if (_wanted.Contains("crc32")) _crc32 = new Crc32();
        if (_wanted.Contains("crc32c")) _crc32C = new Crc32(Crc32ParameterSet.Crc32C);
        if (_wanted.Contains("crc64nvme")) _crc64Nvme = new Crc64(Crc64ParameterSet.Nvme);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        AppendMd5(bytes);
        AppendOthers(bytes);
    }

    /// <summary>The slowest hash by itself, so that it can run beside the others.</summary>
    public void AppendMd5(ReadOnlySpan<byte> bytes) => _md5.AppendData(bytes);

    public void AppendOthers(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        _sha1?.AppendData(bytes);
        _crc32?.Append(bytes);
        _crc32C?.Append(bytes);
        _crc64Nvme?.Append(bytes);
    }

    public ContentHashes Finish()
    {
        byte[] md5 = _md5.GetHashAndReset(), sha256 = _sha256.GetHashAndReset();
        var checksums = new Dictionary<string, string>();
        if (_wanted.Contains("md5")) checksums["md5"] = Convert.ToBase64String(md5);
        if (_wanted.Contains("sha256")) checksums["sha256"] = Convert.ToBase64String(sha256);
        if (_sha1 is not null) checksums["sha1"] = Convert.ToBase64String(_sha1.GetHashAndReset());
        if (_crc32 is not null) checksums["crc32"] = BigEndian(_crc32.GetCurrentHashAsUInt32());
        if (_crc32C is not null) checksums["crc32c"] = BigEndian(_crc32C.GetCurrentHashAsUInt32());
        if (_crc64Nvme is not null) checksums["crc64nvme"] = BigEndian(_crc64Nvme.GetCurrentHashAsUInt64());
        return new ContentHashes(Convert.ToHexStringLower(md5), Convert.ToHexStringLower(sha256), checksums);
    }

    public void Dispose()
    {
        _md5.Dispose();
        _sha256.Dispose();
        _sha1?.Dispose();
    }

    private static string BigEndian(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Convert.ToBase64String(bytes);
    }

    private static string BigEndian(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return Convert.ToBase64String(bytes);
    }
}

/// <summary>What a content hashes to.</summary>
internal sealed record ContentHashes(string Md5Hex, string Sha256Hex, IReadOnlyDictionary<string, string> Checksums);

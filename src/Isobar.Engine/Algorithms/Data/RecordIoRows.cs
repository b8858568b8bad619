using System.Buffers.Binary;
using Google.Protobuf;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Data.Records;

namespace Isobar.Engine.Algorithms.Data;

/// <summary>RecordIO-wrapped protobuf. Column 0 is the label (missing when the record has none), the features follow.</summary>
internal static class RecordIoRows
{
    private const uint Magic = 0xced7230a;
    private const int MaxRecord = 64 * 1024 * 1024;
    private const int MaxFeatures = 1_000_000;

    public static async Task<Error?> ReadAsync(Stream content, string name, TableBuilder builder, CancellationToken ct)
    {
        var header = new byte[8];
        for (var number = 1; ; number++)
        {
            var read = await content.ReadAtLeastAsync(header, 8, throwOnEndOfStream: false, ct).ConfigureAwait(false);
            if (read == 0) return null;
            var word = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4));
            var length = (int)(word & 0x1FFFFFFF);
            if (read < 8 || BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic || length > MaxRecord) return Bad(name, number, "no RecordIO header");
            // The upper three bits number the parts of a record that was split; SageMaker's writers never split one.
            if (word >> 29 != 0) return Bad(name, number, "the record is split into parts, which is not read");
            var body = new byte[(length + 3) & ~3];
            if (await content.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false) < length) return Bad(name, number, "the file ends inside the record");
            Record record;
            try { record = Record.Parser.ParseFrom(body, 0, length); }
            catch (InvalidProtocolBufferException e) { return Bad(name, number, e.Message); }
            if (Add(record, builder) is { } fault) return Bad(name, number, fault);
            if (builder.EndRow() is { } full) return full;
        }
    }

    private static string? Add(Record record, TableBuilder builder)
    {
        builder.EnsureColumns(1);
        builder.Set(0, record.Label.TryGetValue("values", out var label) && Values(label).Count > 0 ? Values(label)[0] : float.NaN);
        if (!record.Features.TryGetValue("values", out var features)) return "no feature named 'values'";
        var (values, keys, shape) = (Values(features), Keys(features), Shape(features));
        if (keys.Count == 0)
        {
            builder.EnsureColumns(values.Count + 1);
            for (var i = 0; i < values.Count; i++) builder.Set(i + 1, values[i]);
            return null;
        }
        // A sparse record's absent entries are zeros.
        var width = shape.Count > 0 ? (int)Math.Min(shape[^1], MaxFeatures) : (int)Math.Min(keys.Max() + 1, MaxFeatures);
        var dense = new float[width];
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys[i] >= (ulong)width) return $"the key {keys[i]} lies outside of the shape {width}";
            dense[keys[i]] = values[i];
        }
        builder.EnsureColumns(width + 1);
        for (var i = 0; i < width; i++) builder.Set(i + 1, dense[i]);
        return null;
    }

    private static IReadOnlyList<float> Values(Value value) => value.ValueCase switch
    {
        Value.ValueOneofCase.Float32Tensor => value.Float32Tensor.Values,
        Value.ValueOneofCase.Float64Tensor => [.. value.Float64Tensor.Values.Select(v => (float)v)],
        Value.ValueOneofCase.Int32Tensor => [.. value.Int32Tensor.Values.Select(v => (float)v)],
        _ => [],
    };

    private static IReadOnlyList<ulong> Keys(Value value) => value.Float32Tensor?.Keys ?? value.Float64Tensor?.Keys ?? (IReadOnlyList<ulong>?)value.Int32Tensor?.Keys ?? [];

    private static IReadOnlyList<ulong> Shape(Value value) => value.Float32Tensor?.Shape ?? value.Float64Tensor?.Shape ?? (IReadOnlyList<ulong>?)value.Int32Tensor?.Shape ?? [];

    private static Error Bad(string name, int record, string what) => new(ErrorCode.InvalidArgument, $"{name}, record {record}: {what}.");
}

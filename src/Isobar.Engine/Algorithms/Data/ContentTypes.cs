namespace Isobar.Engine.Algorithms.Data;

/// <summary>The formats of training data by their MIME types, where no dialect has words of its own.</summary>
public static class ContentTypes
{
    /// <summary>The format of <c>text/csv</c> (with a header unless <c>header=absent</c>), JSON Lines, Parquet, libsvm or RecordIO-protobuf; null for any other type.</summary>
    public static DataFormat? FormatOf(string contentType)
    {
        var parts = contentType.Split(';', StringSplitOptions.TrimEntries);
        return parts[0].ToLowerInvariant() switch
        {
            "text/csv" => parts.Contains("header=absent") ? DataFormat.Csv : DataFormat.CsvWithHeader,
            "application/jsonlines" or "application/x-jsonlines" => DataFormat.JsonLines,
            "application/x-parquet" => DataFormat.Parquet,
            "text/libsvm" or "text/x-libsvm" => DataFormat.LibSvm,
            "application/x-recordio-protobuf" => DataFormat.RecordIoProtobuf,
            _ => null,
        };
    }
}

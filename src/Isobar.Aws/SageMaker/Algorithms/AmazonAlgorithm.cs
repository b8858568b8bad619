using Isobar.Engine.Algorithms;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>What Amazon's own algorithms have in common: the schema's words, RecordIO or CSV, the label in the first column.</summary>
internal abstract class AmazonAlgorithm : AlgorithmDefinition
{
    protected const string Solver = "the engine's solver has no such step";

    public override ParameterWords Words { get; } = new SchemaWords();
    public override string Accepted => "application/x-recordio-protobuf, text/csv";

    public override ChannelFormat? Format(string? contentType)
    {
        if (contentType is null) return new(DataFormat.RecordIoProtobuf);
        var type = MediaType.Parse(contentType);
        return type.Name switch
        {
            "application/x-recordio-protobuf" => new(DataFormat.RecordIoProtobuf),
            "text/csv" when type.LabelSize(1) is { } size => new(DataFormat.Csv, size),
            _ => null,
        };
    }

    /// <summary>The layout where the first column, if it is a label, is learned.</summary>
    protected static DataLayout Supervised(ChannelFormat format, bool classes) => new() { Format = format.Format, Label = "0", NumbersOnly = true, NumericClasses = classes };

    /// <summary>The layout where the first column, if it is a label, is passed over.</summary>
    protected static DataLayout Unsupervised(ChannelFormat format) => new() { Format = format.Format, NumbersOnly = true, Ignore = format.LabelSize == 1 ? ["0"] : [] };

    protected static int? FeatureDim(ParameterValues values) => values.Has("feature_dim") && values.Whole("feature_dim", 0) is > 0 and var dim ? dim : null;
}

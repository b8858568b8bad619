using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>What the factories of this folder share: a model of the engine whose columns are numbers.</summary>
internal abstract class NumericCodecFactory(string name) : IInvocationCodecFactory
{
    public string Name => name;

    public Result<IInvocationCodec> Create(CodecContext context)
    {
        if (context.Manifest is not { } manifest)
            return new Error(ErrorCode.FailedPrecondition, "The artifact has no model.json, so this algorithm's image cannot serve it; an ONNX file of your own is served by the image isobar/onnx.");
        if (!manifest.IsNumeric || context.Signature.Inputs is not [{ RowSize: > 0 }])
            return new Error(ErrorCode.FailedPrecondition, "The model takes categories, which this algorithm's image does not; it is served by the image it was trained with.");
        if (!Shape(manifest, context.Signature).TryGet(out var shape, out var error)) return error;
        return Result<IInvocationCodec>.Ok(Codec(manifest.Columns.Count, shape, context));
    }

    protected virtual IInvocationCodec Codec(int columns, ReplyShape shape, CodecContext context) => new AmazonCodec(columns, shape);

    protected abstract Result<ReplyShape> Shape(ModelManifest manifest, OnnxSignature signature);

    protected static int Output(OnnxSignature signature, string output)
    {
        for (var i = 0; i < signature.Outputs.Count; i++)
            if (signature.Outputs[i].Name == output) return i;
        throw new InvalidOperationException($"The graph has no output '{output}', although its manifest says that the engine made it.");
    }

    protected Error Wrong(ModelManifest manifest) =>
        new(ErrorCode.FailedPrecondition, $"The artifact is a model of {manifest.Algorithm} for {manifest.Task}, which {name} does not serve.");
}

internal sealed class XgBoostCodecFactory() : NumericCodecFactory("sagemaker-xgboost")
{
    protected override IInvocationCodec Codec(int columns, ReplyShape shape, CodecContext context) =>
        new XgBoostCodec(columns, shape, context.Environment.TryGetValue("SAGEMAKER_BATCH", out var batch) && batch.Length > 0);

    protected override Result<ReplyShape> Shape(ModelManifest manifest, OnnxSignature signature) => manifest.Task switch
    {
        LearningTask.Regression => Of(new ReplyField("score", Output(signature, "score"))),
        LearningTask.Binary or LearningTask.Multiclass => Of(manifest.Annotations.GetValueOrDefault("objective") switch
        {
            "binary:logitraw" => new ReplyField("score", Output(signature, "margin")),
            "binary:hinge" or "multi:softmax" => new ReplyField("score", Output(signature, "label")),
            _ when manifest.Task == LearningTask.Binary => new ReplyField("score", Output(signature, "probabilities"), column: 1),
            _ => new ReplyField("score", Output(signature, "probabilities"), column: -1),
        }),
        _ => Wrong(manifest),
    };

    private static ReplyShape Of(ReplyField field) => new("predictions", [field]);
}

internal sealed class LinearLearnerCodecFactory() : NumericCodecFactory("sagemaker-linear-learner")
{
    protected override Result<ReplyShape> Shape(ModelManifest manifest, OnnxSignature signature) => manifest.Task switch
    {
        LearningTask.Regression => new ReplyShape("predictions", [new("score", Output(signature, "score"))]),
        LearningTask.Binary => new ReplyShape("predictions", [new("score", Output(signature, "probabilities"), column: 1), new("predicted_label", Output(signature, "label"), whole: true)]),
        LearningTask.Multiclass => new ReplyShape("predictions", [new("score", Output(signature, "probabilities"), column: -1), new("predicted_label", Output(signature, "label"), whole: true)]),
        _ => Wrong(manifest),
    };
}

internal sealed class KMeansCodecFactory() : NumericCodecFactory("sagemaker-kmeans")
{
    protected override Result<ReplyShape> Shape(ModelManifest manifest, OnnxSignature signature) => manifest.Task == LearningTask.Clustering
        ? new ReplyShape("predictions", [new("closest_cluster", Output(signature, "cluster")), new("distance_to_cluster", Output(signature, "distance"))])
        : Wrong(manifest);
}

internal sealed class PcaCodecFactory() : NumericCodecFactory("sagemaker-pca")
{
    protected override Result<ReplyShape> Shape(ModelManifest manifest, OnnxSignature signature) => manifest.Task == LearningTask.Projection
        ? new ReplyShape("projections", [new("projection", Output(signature, "projection"), column: -1)])
        : Wrong(manifest);
}

internal sealed class KnnCodecFactory() : NumericCodecFactory("sagemaker-knn")
{
    protected override Result<ReplyShape> Shape(ModelManifest manifest, OnnxSignature signature) => manifest.Task switch
    {
        LearningTask.Regression => new ReplyShape("predictions", [new("predicted_label", Output(signature, "score"))]),
        LearningTask.Binary or LearningTask.Multiclass => new ReplyShape("predictions", [new("predicted_label", Output(signature, "label"))]),
        _ => Wrong(manifest),
    };
}

internal sealed class RandomCutForestCodecFactory() : NumericCodecFactory("sagemaker-randomcutforest")
{
    protected override Result<ReplyShape> Shape(ModelManifest manifest, OnnxSignature signature) => manifest.Task == LearningTask.Anomaly
        ? new ReplyShape("scores", [new("score", Output(signature, "score"))])
        : Wrong(manifest);
}

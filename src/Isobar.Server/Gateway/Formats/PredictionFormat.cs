namespace Isobar.Server.Gateway.Formats;

/// <summary>Whose words a request is in; its answer is in the same.</summary>
internal enum PredictionFormat
{
    /// <summary>The gateway's own: <c>{"instances": …}</c> or <c>{"input": …}</c>, or any other body as it is.</summary>
    Plain,
    /// <summary><c>POST /endpoints/{service}/invocations</c>.</summary>
    SageMaker,
    /// <summary><c>POST /endpoints/{service}/invocations-response-stream</c>: the same, answered in events.</summary>
    SageMakerStream,
    /// <summary><c>POST /v1/projects/…/endpoints/{service}:predict</c>.</summary>
    Vertex,
    /// <summary><c>…:rawPredict</c> and <c>…:streamRawPredict</c>.</summary>
    VertexRaw,
    /// <summary><c>POST …/{service}/score</c>.</summary>
    Azure,
}

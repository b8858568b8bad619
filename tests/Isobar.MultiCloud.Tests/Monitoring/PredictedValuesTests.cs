using System.Text;
using Isobar.MultiCloud.Monitoring.Quality;

namespace Isobar.MultiCloud.Tests.Monitoring;

public sealed class PredictedValuesTests
{
    [Theory]
    [InlineData("""{"predictions": [{"predicted_label": "a", "score": 0.9}]}""", """["a"]""", true)]
    [InlineData("""{"predictions": [{"label": "a", "probabilities": [1, 0]}], "deployedModelId": "1"}""", """{"predictions": [{"predicted_label": "a", "score": 0.9}]}""", true)]
    [InlineData("""{"predictions": [{"score": 1.5000001}]}""", "[1.5]", true)]
    [InlineData("""{"predictions": [{"score": 1.51}]}""", "[1.5]", false)]
    [InlineData("""["a"]""", """["b"]""", false)]
    [InlineData("""["a"]""", """["a", "a"]""", false)]
    [InlineData("""{"text": "x"}""", """{"text": "x"}""", true)]
    [InlineData("""{"text": "x"}""", """{"text": "y"}""", false)]
    public void Agree_FormsOfDifferentClouds_ByWhatTheyPredict(string one, string other, bool agree) =>
        Assert.Equal(agree, PredictedValues.Agree("application/json", Encoding.UTF8.GetBytes(one), "application/json", Encoding.UTF8.GetBytes(other)));

    [Theory]
    [InlineData("""["a", "007", "7", 1.5]""", """["a","007",7,1.5]""")]
    [InlineData("""{"text": "x"}""", null)]
    public void AsList_Values_KeepWhatTheyAre(string body, string? list) =>
        Assert.Equal(list, PredictedValues.AsList("application/json", Encoding.UTF8.GetBytes(body)) is { } found ? Encoding.UTF8.GetString(found.Span) : null);
}

using System.Text.Json;
using Grpc.Core;
using Isobar.Google.VertexAi.Prediction;
using Isobar.Google.VertexAi.TrainingPipelines;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.Tests.VertexAi;

public sealed class ForecastInputsTests
{
    private static readonly string[] Columns = ["store", "day", "sales", "price", "size"];

    [Fact]
    public void Read_Documented_IsTheEnginesSearch()
    {
        var (request, budget) = ForecastInputs.Of(Inputs()).Read(Columns);
        var values = request.HyperParameters;
        Assert.Equal(("forecasting", "sales"), (request.Algorithm, request.Layout.Label));
        Assert.Equal(TimeSpan.FromHours(1), budget);
        Assert.Equal(("day", "store", "1W", "8", "16"), (values["time_column"], values["item_column"], values["frequency"], values["horizon"], values["context"]));
        Assert.Equal(("rmse", "0.5", "price,size"), (values["objective"], values["quantiles"], values["known_ahead"]));
    }

    [Theory]
    [InlineData("minimize-mae", "mae")]
    [InlineData("minimize-rmsle", "rmsle")]
    [InlineData("minimize-rmspe", "rmspe")]
    [InlineData("minimize-wape-mae", "wape")]
    public void Read_Objective_IsTheEngines(string objective, string engine) => Assert.Equal(engine, ForecastInputs.Of(Inputs($"\"optimizationObjective\": \"{objective}\"")).Read(Columns).Request.HyperParameters["objective"]);

    [Theory]
    [InlineData("\"dataGranularity\": {\"unit\": \"minute\", \"quantity\": \"15\"}", "15min")]
    [InlineData("\"data_granularity\": {\"unit\": \"month\"}", "1M")]
    public void Read_Granularity_IsAFrequency(string field, string frequency) => Assert.Equal(frequency, ForecastInputs.Of(Inputs(field)).Read(Columns).Request.HyperParameters["frequency"]);

    [Theory]
    [InlineData("\"optimizationObjective\": \"minimize-quantile-loss\"", StatusCode.InvalidArgument, "quantiles")]
    [InlineData("\"optimizationObjective\": \"maximize\"", StatusCode.InvalidArgument, "optimizationObjective")]
    [InlineData("\"dataGranularity\": {\"unit\": \"minute\", \"quantity\": 7}", StatusCode.InvalidArgument, "quantity")]
    [InlineData("\"dataGranularity\": {\"unit\": \"decade\"}", StatusCode.InvalidArgument, "unit")]
    [InlineData("\"contextWindow\": 1000", StatusCode.InvalidArgument, "contextWindow")]
    [InlineData("\"holidayRegions\": [\"US\"]", StatusCode.Unimplemented, "holidayRegions")]
    [InlineData("\"validationOptions\": \"ignore-validation\"", StatusCode.Unimplemented, "validationOptions")]
    [InlineData("\"availableAtForecastColumns\": [\"sales\"]", StatusCode.InvalidArgument, "sales")]
    [InlineData("\"transformations\": [{\"categorical\": {\"columnName\": \"price\"}}]", StatusCode.Unimplemented, "price")]
    [InlineData("\"transformations\": [{\"timestamp\": {\"columnName\": \"day\", \"timeFormat\": \"%d\"}}]", StatusCode.Unimplemented, "timeFormat")]
    [InlineData("\"horizon\": 3", StatusCode.InvalidArgument, "horizon")]
    public void Read_WhatIsNotDone_IsRefusedByName(string field, StatusCode code, string named)
    {
        var refused = Assert.Throws<RpcException>(() => ForecastInputs.Of(Inputs(field)).Read(Columns));
        Assert.Equal(code, refused.StatusCode);
        Assert.Contains(named, refused.Status.Detail);
    }

    // What is said last counts.
    private static Value Inputs(string? field = null)
    {
        var json = $$"""
            {"targetColumn": "sales", "timeSeriesIdentifierColumn": "store", "timeColumn": "day", "availableAtForecastColumns": ["day", "price"], "timeSeriesAttributeColumns": ["size"], "unavailableAtForecastColumns": ["sales"],
             "dataGranularity": {"unit": "week", "quantity": 1}, "forecastHorizon": "8", "contextWindow": 16, "trainBudgetMilliNodeHours": 1000{{(field is null ? "" : ", " + field)}}}
            """;
        using var document = JsonDocument.Parse(json);
        var value = ValueJson.Read(document.RootElement);
        if (field?.StartsWith("\"data_granularity\"", StringComparison.Ordinal) == true) value.StructValue.Fields.Remove("dataGranularity");
        return value;
    }
}

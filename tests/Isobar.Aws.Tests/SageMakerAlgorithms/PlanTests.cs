using System.Text.Json;
using Isobar.Aws.SageMaker.Algorithms;
using Isobar.Engine.Algorithms;
using Xunit;
using Catalog = Isobar.Aws.SageMaker.Algorithms.SageMakerAlgorithms;

namespace Isobar.Aws.Tests.SageMakerAlgorithms;

public sealed class PlanTests
{
    private readonly Catalog _algorithms = new();

    [Theory]
    [InlineData("683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1", "xgboost")]
    [InlineData("811284229777.dkr.ecr.us-east-1.amazonaws.com/xgboost:latest", "xgboost")]
    [InlineData("382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1", "linear-learner")]
    [InlineData("382416733822.dkr.ecr.us-east-1.amazonaws.com/kmeans:1", "kmeans")]
    [InlineData("382416733822.dkr.ecr.us-east-1.amazonaws.com/pca@sha256:0123abcd", "pca")]
    [InlineData("knn", "knn")]
    [InlineData("382416733822.dkr.ecr.cn-north-1.amazonaws.com.cn/randomcutforest:1", "randomcutforest")]
    [InlineData("isobar/boosted-trees", "isobar/boosted-trees")]
    [InlineData("localhost:5000/isobar/k-means:latest", "isobar/k-means")]
    [InlineData("isobar/onnx", "isobar/onnx")]
    [InlineData("123456789012.dkr.ecr.us-east-1.amazonaws.com/my-own:1", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Recognise_Image_GivesAlgorithm(string? image, string? name) => Assert.Equal(name, _algorithms.Recognise(image)?.Name);

    [Fact]
    public void Plan_SeveralFaults_NamesAllInTheContainersWords()
    {
        var plan = Plan("xgboost", new() { ["eta"] = "2", ["max_depth"] = "deep", ["booster"] = "gbforest", ["learning"] = "1" });
        Assert.Equal("""
            ClientError: Missing required hyperparameter: num_round
            Hyperparameter booster: gbforest is not in ['gbtree', 'gblinear', 'dart']
            Hyperparameter eta: 2 is not in [0, 1]
            Hyperparameter max_depth: could not parse value 'deep'
            Extraneous hyperparameter found: learning
            """.ReplaceLineEndings("\n"), plan.Refusal);
        Assert.Equal(plan.Refusal, Request(plan).RefuseWith);
    }

    [Fact]
    public void Plan_AmazonsOwnAlgorithm_RefusesInTheSchemasWords()
    {
        var plan = Plan("kmeans", new() { ["k"] = "0", ["foo"] = "1" });
        Assert.StartsWith("ClientError: Unable to initialize the algorithm. Failed to validate hyperparameters. (caused by ValidationError)", plan.Refusal);
        Assert.Contains("'feature_dim' is a required property", plan.Refusal);
        Assert.Contains("Additional properties are not allowed ('foo' was unexpected)", plan.Refusal);
    }

    [Fact]
    public void Plan_XgBoost_MapsToBoostedTrees()
    {
        var request = Request(Plan("xgboost", new() { ["num_round"] = "7", ["eta"] = "0.2", ["max_depth"] = "4", ["objective"] = "multi:softprob", ["num_class"] = "3", ["predictor"] = "cpu_predictor", ["seed"] = "5", ["eval_metric"] = "merror,mlogloss" }));
        Assert.Equal(("boosted-trees", LearningTask.Multiclass, 5), (request.Algorithm, request.Task, request.Seed));
        Assert.Equal(("7", "0.2", "4", "16", "3", "logloss"), (request.HyperParameters["rounds"], request.HyperParameters["learning_rate"], request.HyperParameters["max_depth"], request.HyperParameters["leaves"], request.HyperParameters["num_class"], request.HyperParameters["metric"]));
        Assert.Equal("validation:mlogloss", request.MetricNames["validation:logloss"]);
        Assert.Contains(request.Notices, n => n.Contains("predictor", StringComparison.Ordinal));
        Assert.True(request.Layout is { Label: "0", Format: DataFormat.Csv, NumbersOnly: true });
    }

    [Fact]
    public void Plan_XgBoostRanking_WatchesTheFirstPlaces()
    {
        var request = Request(Plan("xgboost", new() { ["num_round"] = "7", ["objective"] = "rank:ndcg", ["eval_metric"] = "ndcg@5" }));
        Assert.Equal(("rank_ndcg", "ndcg", "5", LearningTask.Regression), (request.HyperParameters["objective"], request.HyperParameters["metric"], request.HyperParameters["metric_top"], request.Task));
    }

    [Theory]
    [InlineData("survival:aft", "gbtree", "labels_lower_bound_")]
    [InlineData("survival:cox", "gblinear", "set booster to gbtree or dart")]
    public void Plan_XgBoostObjectiveThatCannotBe_IsRefused(string objective, string booster, string message) =>
        Assert.Contains(message, Plan("xgboost", new() { ["num_round"] = "7", ["objective"] = objective, ["booster"] = booster }).Refusal, StringComparison.Ordinal);

    [Theory]
    [InlineData("xgboost", "text/csv", DataFormat.Csv)]
    [InlineData("xgboost", null, DataFormat.LibSvm)]
    [InlineData("xgboost", "application/x-parquet", DataFormat.Parquet)]
    [InlineData("pca", null, DataFormat.RecordIoProtobuf)]
    [InlineData("pca", "text/csv;label_size=0", DataFormat.Csv)]
    [InlineData("isobar/pca", "text/csv", DataFormat.CsvWithHeader)]
    public void Plan_ContentType_SetsFormat(string name, string? contentType, DataFormat format)
    {
        var given = name switch
        {
            "xgboost" => new Dictionary<string, string> { ["num_round"] = "1" },
            "pca" => new() { ["num_components"] = "1", ["feature_dim"] = "2", ["mini_batch_size"] = "1" },
            _ => [],
        };
        Assert.Equal(format, Request(_algorithms.Plan(_algorithms.Recognise(name)!, given, [new("train", contentType)])).Layout.Format);
    }

    [Fact]
    public void Plan_UnknownContentType_IsRefused()
    {
        var plan = _algorithms.Plan(_algorithms.Recognise("xgboost")!, new Dictionary<string, string> { ["num_round"] = "1" }, [new("train", "image/png")]);
        Assert.StartsWith("ClientError: image/png is not an accepted ContentType", plan.Refusal);
    }

    [Fact]
    public void Plan_RandomCutForestTestChannel_ReadsItsLabels()
    {
        var plan = _algorithms.Plan(_algorithms.Recognise("randomcutforest")!, new Dictionary<string, string> { ["feature_dim"] = "2" }, [new("train", "text/csv;label_size=0"), new("test", "text/csv;label_size=1")]);
        Assert.Equal(("label", "0"), (Request(plan).Layout.Label, Request(plan).ChannelLayouts["test"].Label));
    }

    [Fact]
    public void Plan_ChannelsOfTwoTypes_KeepEachItsOwn()
    {
        var plan = _algorithms.Plan(_algorithms.Recognise("xgboost")!, new Dictionary<string, string> { ["num_round"] = "1" }, [new("train", "text/libsvm"), new("validation", "text/csv")]);
        Assert.Equal((DataFormat.LibSvm, DataFormat.Csv), (Request(plan).Layout.Format, Request(plan).ChannelLayouts["validation"].Format));
    }

    [Theory]
    [InlineData("regressor", "quantile_loss", null)]
    [InlineData("binary_classifier", "hinge_loss", null)]
    [InlineData("regressor", "hinge_loss", "'hinge_loss' is not one of")]
    public void Plan_LinearLearnerLoss_GoesWithItsPredictor(string predictor, string loss, string? refusal)
    {
        var plan = Plan("linear-learner", new() { ["predictor_type"] = predictor, ["loss"] = loss, ["quantile"] = "0.9" });
        if (refusal is null) Assert.Null(plan.Refusal);
        else Assert.Contains(refusal, plan.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_NoTrainChannel_IsRefused() =>
        Assert.Contains("'train' is a required property", _algorithms.Plan(_algorithms.Recognise("xgboost")!, new Dictionary<string, string> { ["num_round"] = "1" }, []).Refusal);

    [Fact]
    public void Plan_AnyAlgorithm_UsesOnlyHyperparametersThatTheEngineTakes()
    {
        (string, Dictionary<string, string>)[] all =
        [
            ("xgboost", new() { ["num_round"] = "3", ["booster"] = "dart", ["objective"] = "binary:logistic" }),
            ("xgboost", new() { ["num_round"] = "3", ["objective"] = "reg:tweedie", ["max_leaves"] = "9", ["gamma"] = "1", ["max_depth"] = "0" }),
            ("xgboost", new() { ["num_round"] = "3", ["booster"] = "gblinear", ["objective"] = "multi:softmax", ["num_class"] = "3" }),
            ("xgboost", new() { ["num_round"] = "3", ["objective"] = "rank:map", ["eval_metric"] = "auc,map@7-" }),
            ("xgboost", new() { ["num_round"] = "3", ["objective"] = "rank:pairwise", ["eval_metric"] = "rmse" }),
            ("xgboost", new() { ["num_round"] = "3", ["objective"] = "survival:cox", ["eval_metric"] = "mae" }),
            ("xgboost", new() { ["num_round"] = "3", ["objective"] = "reg:squaredlogerror" }),
            ("linear-learner", new() { ["predictor_type"] = "multiclass_classifier", ["num_classes"] = "3", ["wd"] = "auto" }),
            ("linear-learner", new() { ["predictor_type"] = "binary_classifier", ["positive_example_weight_mult"] = "2" }),
            ("linear-learner", new() { ["predictor_type"] = "regressor", ["l1"] = "0.1", ["loss"] = "eps_insensitive_squared_loss" }),
            ("linear-learner", new() { ["predictor_type"] = "multiclass_classifier", ["num_classes"] = "3", ["balance_multiclass_weights"] = "true" }),
            ("linear-learner", new() { ["predictor_type"] = "binary_classifier", ["loss"] = "hinge_loss", ["margin"] = "2" }),
            ("linear-learner", new() { ["predictor_type"] = "regressor", ["optimizer"] = "sgd", ["init_method"] = "normal", ["use_bias"] = "false" }),
            ("xgboost", new() { ["num_round"] = "3", ["booster"] = "gblinear", ["objective"] = "reg:tweedie", ["lambda_bias"] = "0.5" }),
            ("xgboost", new() { ["num_round"] = "3", ["booster"] = "dart", ["normalize_type"] = "forest", ["one_drop"] = "1", ["sample_type"] = "weighted", ["base_score"] = "0.5" }),
            ("kmeans", new() { ["k"] = "2", ["feature_dim"] = "2" }),
            ("kmeans", new() { ["k"] = "2", ["feature_dim"] = "2", ["mini_batch_size"] = "100", ["eval_metrics"] = "[\"ssd\"]" }),
            ("pca", new() { ["num_components"] = "1", ["feature_dim"] = "2", ["mini_batch_size"] = "10", ["algorithm_mode"] = "randomized" }),
            ("knn", new() { ["k"] = "2", ["feature_dim"] = "20", ["predictor_type"] = "regressor", ["sample_size"] = "100", ["dimension_reduction_type"] = "fjlt", ["dimension_reduction_target"] = "5", ["index_type"] = "faiss.IVFPQ" }),
            ("pca", new() { ["num_components"] = "1", ["feature_dim"] = "2", ["mini_batch_size"] = "10" }),
            ("knn", new() { ["k"] = "2", ["feature_dim"] = "2", ["predictor_type"] = "classifier", ["sample_size"] = "100" }),
            ("randomcutforest", new() { ["feature_dim"] = "2" }),
        ];
        foreach (var (name, given) in all)
        {
            var plan = _algorithms.Plan(_algorithms.Recognise(name)!, given, [new("train", "text/csv")]);
            Assert.Null(plan.Refusal);
            var request = Request(plan);
            var known = AlgorithmCatalog.All.Single(a => a.Name == request.Algorithm);
            Assert.Contains(request.Task, known.Tasks);
            Assert.Empty(request.HyperParameters.Keys.Except(known.HyperParameters.Select(h => h.Name)));
        }
    }

    private AlgorithmPlan Plan(string name, Dictionary<string, string> given) => _algorithms.Plan(_algorithms.Recognise(name)!, given, [new("train", "text/csv"), new("validation", "text/csv")]);

    private static TrainingRequest Request(AlgorithmPlan plan) => JsonSerializer.Deserialize(plan.Program.RequestJson, AlgorithmsJson.Default.TrainingRequest)!;
}

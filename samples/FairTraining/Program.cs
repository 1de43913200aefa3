using System.Diagnostics;
using FairTraining;

if (Options.Read(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

Settings settings = options.Quick ? new() { Epochs = 3, AdversaryEpochs = 3, TrainingSamples = 1280, TestSamples = 2000 } : new();
double[] outputWeights = options.Quick ? [0.01, 1] : [0.001, 0.01, 0.03, 0.1, 0.3, 1, 10, 100];
double[] latentWeights = options.Quick ? [0.1] : [0.001, 0.01, 0.1, 1, 10];
string seeds = options.Seeds == 1 ? "one seed" : $"mean and standard deviation of {options.Seeds} seeds";
Stopwatch watch = Stopwatch.StartNew();
foreach (int groups in options.Groups)
{
    Console.WriteLine($"{groups} groups, penalties on the output; {seeds}");
    Console.WriteLine(OutputStudy.Run(groups, outputWeights, options.Seeds, settings));
    Console.WriteLine($"{groups} groups, the multi-marginal penalty on a latent layer; {seeds}");
    Console.WriteLine(LatentStudy.Run(groups, latentWeights, options.Seeds, settings));
}

Console.Error.WriteLine($"{watch.Elapsed.TotalSeconds:F1} s");
return 0;

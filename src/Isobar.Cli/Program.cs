using Isobar.Engine.Training.Worker;

// The training child first, before anything of the command line is built: its start is part of every job.
if (args is ["worker", "train", "--dir", var ml]) return await TrainingWorker.RunAsync(ml);

Console.Error.WriteLine("isobar: see --help");
return 64;

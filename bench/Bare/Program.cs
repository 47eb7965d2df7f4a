Console.WriteLine("bare 1.0");
